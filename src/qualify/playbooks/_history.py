"""The made-up history behind `sample()`: nobody in it exists, and no number in it was measured.

One lead a line: id, account (`-`: none), owner, `customer` where she was one on day one; then what came
on which day of 2026: `~` a signal, `!` a fact of the world, and topics with the values that were learned.
"""

from __future__ import annotations

HISTORY = """\
ana - mia: 30 ~mail_opened; 31 person=yes; 38 need=reporting team_size=18; 39 fit=4 budget=yes
    authority=yes; 41 timing=this_quarter; 42 !accepted; 69 !won; 80 !onboarded; 93 satisfaction=5
    in_use=yes
ben stone tom: 15 ~mail_opened; 19 person=yes need=support_backlog; 21 team_size=39; 27 fit=3
    budget=no authority=yes; 32 ~demo_request; 36 !accepted; 66 !won; 81 !onboarded; 92
    satisfaction=4 in_use=yes; 112 further_need=follow_up
cleo willow lea: 76 ~webinar; 82 person=yes; 87 need=onboarding team_size=54; 89 fit=4 budget=yes
    authority=no; 92 timing=this_quarter; 96 !accepted; 115 !won; 133 !onboarded; 145 satisfaction=4
    in_use=yes
dan pine mia: 79 ~read_post; 81 person=yes need=renewals; 84 team_size=52; 87 fit=4 budget=yes
    authority=yes; 88 timing=this_quarter; 89 !accepted; 122 !won; 137 !onboarded; 151
    satisfaction=4 in_use=yes
eva harbor tom: 45 ~mail_opened; 51 person=yes; 59 need=follow_up team_size=8; 60 fit=4 budget=yes
    authority=no; 66 ~demo_request; 67 !accepted; 99 !won; 117 !onboarded; 126 satisfaction=5
    in_use=yes
finn - lea: 89 ~webinar; 94 person=yes need=renewals; 100 team_size=5; 104 fit=4 budget=yes
    authority=no; 105 timing=this_month; 106 !accepted; 121 !won; 140 !onboarded; 149 satisfaction=5
    in_use=yes; 169 further_need=onboarding
gina yarrow mia: 52 ~webinar; 60 person=yes; 62 need=forecasting team_size=32; 66 fit=4 budget=yes
    authority=yes; 71 timing=this_month; 75 !accepted; 95 !won; 112 !onboarded; 123 satisfaction=5
    in_use=yes; 148 ~complaint
hugo violet tom: 21 ~read_post; 24 person=yes need=forecasting; 28 team_size=46; 30 fit=3 budget=yes
    authority=no; 32 timing=this_month; 35 !accepted; 44 !won; 53 !onboarded; 64 satisfaction=5
    in_use=yes
ines grove lea: 49 ~mail_opened; 55 person=yes; 58 need=reporting team_size=33; 64 fit=5 budget=yes
    authority=yes; 68 ~demo_request; 72 !accepted; 101 !won; 114 !onboarded; 119 satisfaction=5
    in_use=yes
jan tulip mia: 10 ~read_post; 18 person=yes need=forecasting; 20 team_size=25; 25 fit=3 budget=yes
    authority=yes; 30 ~demo_request; 35 !accepted; 47 !declined
kai - tom: 80 ~read_post; 82 person=yes; 86 need=renewals team_size=13; 92 fit=4 budget=yes
    authority=no; 95 timing=this_month; 96 !accepted; 108 !declined
lena quarz lea: 61 ~webinar; 69 person=yes need=invoicing; 71 team_size=13; 72 fit=4 budget=no
    authority=yes; 76 timing=this_quarter; 78 !accepted; 103 !lost
mira iris mia: 148 ~webinar; 151 person=yes; 152 need=invoicing team_size=45; 153 fit=4 budget=no
    authority=yes; 155 timing=this_month; 157 !accepted
nils acme tom: 152 ~mail_opened; 158 person=yes need=onboarding; 162 team_size=55; 164 fit=5
    budget=no authority=yes; 166 timing=this_quarter
olga juno lea: 140 ~read_post; 145 person=yes; 153 need=invoicing team_size=16; 159 fit=4 budget=yes
    authority=no; 162 timing=this_month
paul - mia: 15 ~demo_request; 15 person=yes need=onboarding; 19 team_size=2 budget=yes
    authority=yes; 22 fit=1; 24 !accepted; 53 !won; 65 !onboarded; 83 satisfaction=2 in_use=no; 108
    !cancelled
quinn delta tom: 117 ~demo_request; 117 person=yes need=reporting; 121 team_size=8 budget=yes
    authority=yes; 122 fit=2; 123 !accepted; 145 !lost
rosa river lea: 102 ~demo_request; 102 person=yes need=onboarding; 106 team_size=2 budget=yes
    authority=yes; 110 fit=2; 112 !accepted; 124 !lost
sven cobalt mia: 104 ~demo_request; 104 person=yes need=renewals; 108 team_size=30 budget=yes
    authority=yes; 109 fit=2; 110 !accepted; 125 !lost
tara birch tom: 18 ~demo_request; 18 person=yes need=reporting; 20 team_size=2 budget=yes
    authority=yes; 24 fit=2
udo - lea: 20 ~demo_request; 20 person=yes need=follow_up; 23 team_size=2 budget=yes authority=yes;
    25 fit=1
vera maple mia: 153 ~demo_request; 153 person=yes need=forecasting; 157 team_size=25 budget=yes
    authority=yes; 159 fit=1
wim ember tom: 156 ~demo_request; 156 person=yes need=invoicing; 158 team_size=60 budget=yes
    authority=yes; 161 fit=2
xenia kite lea: 163 ~demo_request; 163 person=yes need=forecasting; 164 team_size=60 budget=yes
    authority=yes; 167 fit=2
yara fjord mia: 76 ~webinar; 85 person=yes need=forecasting team_size=37; 88 fit=5 timing=this_year
    budget=no; 133 ~pricing_request; 134 !accepted; 148 !won; 162 !onboarded; 170 satisfaction=5
    in_use=yes
zoe - tom: 24 ~read_post; 32 person=yes need=handover team_size=38; 33 fit=4 timing=not_now
    budget=yes; 90 ~pricing_request; 91 !accepted; 108 !won; 122 !onboarded; 130 satisfaction=5
    in_use=yes
abel willow lea: 26 ~webinar; 27 person=yes need=handover team_size=35; 35 fit=5 timing=this_year
    budget=yes; 89 ~pricing_request; 92 !accepted; 108 !declined
bruna pine mia: 37 ~webinar; 46 person=yes need=follow_up team_size=35; 50 fit=5 timing=not_now
    budget=yes
carl harbor tom: 59 ~read_post; 66 person=yes need=handover team_size=28; 74 fit=4 timing=this_year
    budget=yes
dora orbit lea: 56 ~read_post; 60 person=yes need=invoicing team_size=10; 63 fit=5 timing=not_now
    budget=yes
emil - mia: 34 ~read_post; 42 person=yes need=onboarding team_size=9; 49 fit=4 timing=this_year
    budget=yes
fay violet tom: 22 ~webinar; 31 person=yes need=renewals team_size=24; 38 fit=3 timing=not_now
    budget=no
gus grove lea: 13 ~webinar; 14 person=yes need=support_backlog team_size=38; 22 fit=4
    timing=this_year budget=no
hana tulip mia: 44 ~webinar; 53 person=yes need=handover team_size=10; 57 fit=3 timing=this_year
    budget=no
ivo north tom: 36 ~read_post; 39 person=yes need=invoicing team_size=11; 46 fit=5 timing=not_now
    budget=no
june - lea: 40 ~mail_opened; 43 !opted_out
karl iris mia: 85 ~read_post; 90 ~pricing_request
lou acme tom: 20 ~mail_opened
max juno lea: 6 ~read_post; 11 need=handover
nora lark mia: 19 ~mail_opened
otto - tom: 33 ~mail_opened; 34 ~pricing_request; 37 !opted_out
pia river lea: 70 ~webinar
rolf cobalt mia: 13 ~webinar; 15 person=yes
sara birch tom: 48 ~webinar
tim umbra lea: 81 ~mail_opened; 90 ~pricing_request
una - mia: 130 ~webinar; 133 !opted_out
vito ember tom: 71 ~mail_opened; 72 person=yes
wanda kite lea: 6 ~webinar
yves fjord mia customer: 2 satisfaction=5 in_use=yes; 150 satisfaction=5 in_use=yes
    further_need=forecasting
zita stone tom customer: 2 satisfaction=4 in_use=yes; 95 ~product_used
anton - lea customer: 2 satisfaction=4 in_use=yes; 60 !renewed; 140 satisfaction=4 in_use=yes
birgit pine mia customer: 2 satisfaction=5 in_use=yes
conny harbor tom customer: 2 satisfaction=3 in_use=no
dirk orbit lea customer: 2 satisfaction=4 in_use=yes; 158 ~complaint
elsa yarrow mia customer: 2 satisfaction=2 in_use=yes; 20 !cancelled; 150 !returned; 152
    timing=this_quarter
fritz - tom customer: 2 satisfaction=5 in_use=yes; 145 satisfaction=5 in_use=yes further_need=none
"""

# Answers to surveys, by day and respondent: customers on NPS and CSAT, employees on ESAT; `-` did not answer.
NPS_ANSWERS = (
    "100 ana 9; 101 ben 10; 150 cleo 8; 155 dan 9; 140 eva 10; 150 finn 7; 152 gina 3; 160 hugo 9; "
    "165 ines 6; 90 paul 2; 30 yves 10; 30 zita 9; 32 anton 8; 31 birgit 9; 33 conny 7; 160 dirk 10; "
    "20 elsa 1; 171 fritz 9; 172 zoe -; 172 yara -"
)
CSAT_ANSWERS = (
    "95 ana 5; 95 ben 4; 146 cleo 4; 152 dan 5; 128 eva 5; 140 finn 3; 150 gina 2; 158 hugo 4; "
    "30 yves 5; 31 zita 4; 33 anton 4; 34 birgit 5; 35 conny 3; 160 dirk 5; 36 fritz -"
)
ESAT_ANSWERS = "170 mia 4; 170 tom 5; 170 lea 3; 171 ada 4; 171 bo 4; 172 cy 5; 172 di 2; 173 ed 4; 174 flo -"

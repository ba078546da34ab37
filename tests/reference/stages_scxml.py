"""SCXML's algorithm over names and sets, line by line as the recommendation's appendix writes it.

Slow on purpose, and written without a look at the fast one: lists of ancestors, sets of names, and
history as a dict. W3C, "State Chart XML", 1 September 2015, appendix D.
"""

from __future__ import annotations

from datetime import timedelta

from qualify.stages import History, State
from qualify.truth import Truth


class Twin:
    """One running machine; `fold` steps it through events and deadlines."""

    def __init__(self, chart, at):
        self.chart = chart
        self.parent, self.kids, self.kind, self.order, self.start, self.default = {}, {}, {}, {}, {}, {}
        top = "(top)"
        self.root = "(root)"
        self._node(self.root, None, "compound")
        if chart.parallel:
            self._node(top, self.root, "parallel")
            self.start[self.root] = [top]
            self._lay(chart.states, top)
        else:
            self._lay(chart.states, self.root)
            self.start[self.root] = list(chart.initial) or [chart.states[0].name]
        self.transitions = {}
        for t in chart.transitions:
            self.transitions.setdefault(t.source[0], []).append(t)
        self.configuration, self.history, self.entered_at = set(), {}, {}
        self.now = at
        self._enter_all(set(), [(None, self.start[self.root], self.root)])
        self._eventless()

    def _node(self, name, parent, kind):
        self.parent[name], self.kids[name], self.kind[name] = parent, [], kind
        self.order[name] = len(self.order)
        if parent is not None:
            self.kids[parent].append(name)

    def _lay(self, parts, parent):
        for part in parts:
            if isinstance(part, History):
                self._node(part.name, parent, "deep" if part.deep else "shallow")
                self.default[part.name] = list(part.default)
            else:
                assert isinstance(part, State)
                kind = "parallel" if part.parallel else "compound" if part.states else "atomic"
                self._node(part.name, parent, kind)
                self._lay(part.states, part.name)
                firsts = [s.name for s in part.states if isinstance(s, State)]
                self.start[part.name] = list(part.initial) or firsts[:1]

    def is_history(self, name):
        return self.kind[name] in ("deep", "shallow")

    def ancestors(self, name, upto=None):
        found = []
        name = self.parent[name]
        while name is not None and name != upto:
            found.append(name)
            name = self.parent[name]
        return found

    def descends(self, name, ancestor):
        return ancestor in self.ancestors(name)

    def states_of(self, name):
        return [kid for kid in self.kids[name] if not self.is_history(kid)]

    def sorted(self, names):
        return sorted(names, key=self.order.__getitem__)

    def leaves(self):
        return self.sorted(s for s in self.configuration if self.kind[s] == "atomic")

    def active(self):
        return frozenset(s for s in self.configuration if not s.startswith("("))

    def default_of(self, history):
        if self.default[history]:
            return self.default[history]
        parent = self.parent[history]
        return self.states_of(parent) if self.kind[parent] == "parallel" else self.start[parent]

    def effective(self, targets):
        found = []
        for target in targets:
            if not self.is_history(target):
                found.append(target)
            elif target in self.history:
                found.extend(self.history[target])
            else:
                found.extend(self.effective(self.default_of(target)))
        return found

    def domain(self, t):
        goals = self.effective(t.to)
        if not goals:
            return None
        source = t.source[0]
        if t.internal and self.kind[source] == "compound" and all(self.descends(g, source) for g in goals):
            return source
        for ancestor in self.ancestors(source):
            if self.kind[ancestor] == "compound" and all(self.descends(g, ancestor) for g in goals):
                return ancestor
        raise AssertionError

    def exit_set(self, transitions):
        found = set()
        for t in transitions:
            if t.to:
                around = self.domain(t)
                found |= {s for s in self.configuration if self.descends(s, around)}
        return found

    def select(self, matches):
        enabled = []
        for leaf in self.leaves():
            for state in [leaf, *self.ancestors(leaf)]:
                hits = [t for t in self.transitions.get(state, ()) if matches(t) and self.inside(t)]
                if hits:
                    if not any(hits[0] is t for t in enabled):
                        enabled.append(hits[0])
                    break
        filtered = []
        for t1 in enabled:
            preempted, removed = False, []
            for t2 in filtered:
                if self.exit_set([t1]) & self.exit_set([t2]):
                    if self.descends(t1.source[0], t2.source[0]):
                        removed.append(t2)
                    else:
                        preempted = True
                        break
            if not preempted:
                filtered = [t for t in filtered if not any(t is r for r in removed)] + [t1]
        return filtered

    def inside(self, t):
        return not t.inside or any(name in self.configuration for name in t.inside)

    def microstep(self, transitions):
        leaving = self.exit_set(transitions)
        for state in leaving:
            for kid in self.kids[state]:
                if self.kind[kid] == "deep":
                    self.history[kid] = self.sorted(
                        s for s in self.configuration if self.kind[s] == "atomic" and self.descends(s, state)
                    )
                elif self.kind[kid] == "shallow":
                    self.history[kid] = self.sorted(s for s in self.configuration if self.parent[s] == state)
        self.configuration -= leaving
        self._enter_all(leaving, [(t, t.to, self.domain(t)) for t in transitions if t.to])

    def _enter_all(self, _left, goals):
        entering = set()
        for _, targets, around in goals:
            for target in targets:
                self._descend(target, entering)
            for goal in self.effective(targets):
                self._ascend(goal, around, entering)
        for state in entering - self.configuration:
            self.configuration.add(state)
            self.entered_at[state] = self.now
        self.configuration.discard(self.root)

    def _descend(self, state, entering):
        if self.is_history(state):
            goals = self.history.get(state) or self.default_of(state)
            around = self.parent[state]
        else:
            entering.add(state)
            if self.kind[state] == "parallel":
                self._regions(state, entering)
                return
            if self.kind[state] == "atomic":
                return
            goals, around = self.start[state], state
        for goal in goals:
            self._descend(goal, entering)
        for goal in self.effective(goals):
            self._ascend(goal, around, entering)

    def _regions(self, state, entering):
        for kid in self.states_of(state):
            if not any(e == kid or self.descends(e, kid) for e in entering):
                self._descend(kid, entering)

    def _ascend(self, state, around, entering):
        for ancestor in self.ancestors(state, around):
            if ancestor == self.root:
                return
            entering.add(ancestor)
            if self.kind[ancestor] == "parallel":
                self._regions(ancestor, entering)

    def _eventless(self):
        for _ in range(100):
            chosen = self.select(lambda t: not t.on and t.after is None)
            if not chosen:
                return
            self.microstep(chosen)
        raise AssertionError("no rest")

    def take(self, matches):
        chosen = self.select(matches)
        if chosen:
            self.microstep(chosen)
            self._eventless()
        return bool(chosen)

    def pass_time(self, at):
        while True:
            due = [
                self.entered_at[t.source[0]] + t.after
                for t in self.chart.transitions
                if t.after is not None and t.source[0] in self.configuration
            ]
            due = [d for d in due if self.now < d <= at]
            if not due:
                self.now = at
                return
            self.now = now = min(due)
            entered = dict(self.entered_at)
            self.take(lambda t, now=now, e=entered: t.after is not None and e[t.source[0]] + t.after == now)

    def tell(self, name, at, answers):
        """Tell an event; give whether it was taken."""
        self.pass_time(at)
        return self.take(
            lambda t: name in t.on and all(answers.get(q, Truth.UNKNOWN) in n for q, n in t.when.items())
        )


def fold(chart, start, told):
    """Give the twin after all events in order of happening, and for each whether it was taken."""
    twin = Twin(chart, start)
    by_at = sorted(range(len(told)), key=lambda i: (told[i][1], i))
    taken = [None] * len(told)
    for i in by_at:
        name, at, _, answers = told[i]
        taken[i] = twin.tell(name, at, answers)
    return twin, taken


HOUR = timedelta(hours=1)

"""Lead qualification as pure values. The everyday names are here; each room has the rest."""

"""What our role may see by name in Splunk: indexes, sourcetypes and hosts."""

from bot.domain.frozen import Frozen


class VisibleNames(Frozen):
    """Names as Splunk has them, so that a bare word of a person can be recognised; empty when Splunk does not say."""

    indexes: frozenset[str] = frozenset()
    sourcetypes: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

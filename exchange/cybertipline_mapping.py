"""What becomes of each value of a CyberTipline document, as tables for people to read?"""

from exchange.mapping import Table


def tables() -> list[Table]:
    return []

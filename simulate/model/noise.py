"""Keyed noise: every draw is a pure function of seed, world, identity and purpose.

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011). Its 64-bit key is the seed; its
128-bit counter holds the identity (two words), the purpose and the world. Words are kept in signed
64-bit integers and masked, so that plain Python and compiled code agree.
"""

MASK = 0xFFFFFFFF
MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9
WEYL_1 = 0xBB67AE85
ROUNDS = 10

# The key under which names are hashed into identities: "Simu", "late" in ASCII.
IDENTITY_KEY_0 = 0x53696D75
IDENTITY_KEY_1 = 0x6C617465

# Under which a stage's entry has the events that tell a transition's name, or its coming end.
NAMED = 1
ENDING = 2

# Purposes of the draws of one firing; marks and options have purposes hashed from their names.
DELAY = 0
RULE_PROBABILITY = 1
EVENT_PROBABILITY = 2
POINTS = 3
FIRST_POINT = 16
FIRST_NAMED_PURPOSE = 1024

UNIFORM_STEP = 2.0**-52

Words = tuple[int, int, int, int]


def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> Words:
    """One block of Philox4x32-10: four 32-bit words from a counter and a key.

    Source: Salmon et al. (2011), *Parallel random numbers: as easy as 1, 2, 3*, SC11.

    Examples
    --------
    >>> [format(word, "08x") for word in philox(0, 0, 0, 0, 0, 0)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    for _ in range(ROUNDS):
        product_0 = MULTIPLIER_0 * c0
        product_1 = MULTIPLIER_1 * c2
        c0 = ((product_1 >> 32) & MASK) ^ c1 ^ k0
        c2 = ((product_0 >> 32) & MASK) ^ c3 ^ k1
        c1 = product_1 & MASK
        c3 = product_0 & MASK
        k0 = (k0 + WEYL_0) & MASK
        k1 = (k1 + WEYL_1) & MASK
    return c0, c1, c2, c3


def signed(high: int, low: int) -> int:
    """Two 32-bit words as one signed 64-bit number, the form in which identities are kept."""
    return ((high ^ 0x80000000) - 0x80000000) * 4294967296 + low


def child(parent: int, name: int) -> int:
    """The identity of what `parent` causes under `name`: a 64-bit hash of both."""
    w0, w1, _, _ = philox(
        parent & MASK, (parent >> 32) & MASK, name & MASK, (name >> 32) & MASK, IDENTITY_KEY_0, IDENTITY_KEY_1
    )
    return signed(w1, w0)


def uniform_from(high: int, low: int) -> float:
    """A double strictly between 0 and 1 from two words: `(k + 1/2) / 2**52` with 52 random bits."""
    return (((high << 20) | (low >> 12)) + 0.5) * UNIFORM_STEP


def uniform(seed_low: int, seed_high: int, world: int, identity: int, purpose: int) -> float:
    """The draw of one firing for one purpose, strictly between 0 and 1."""
    w0, w1, _, _ = philox(identity & MASK, (identity >> 32) & MASK, purpose, world, seed_low, seed_high)
    return uniform_from(w0, w1)


def uniform_pair(seed_low: int, seed_high: int, world: int, identity: int, purpose: int) -> tuple[float, float]:
    """Two independent draws from one block: the coordinates of a point of a random field."""
    w0, w1, w2, w3 = philox(identity & MASK, (identity >> 32) & MASK, purpose, world, seed_low, seed_high)
    return uniform_from(w0, w1), uniform_from(w2, w3)

"""The normal quantile by Wichura's algorithm AS 241 (PPND16): *Applied Statistics* 37 (1988) 477-484."""

import math

Polynomial = tuple[float, float, float, float, float, float, float, float]

# Coefficients of rational approximations, the constant term first, as published.
CENTRAL_TOP = (
    3.3871328727963665,
    133.14166789178438,
    1971.5909503065513,
    13731.69376550946,
    45921.95393154987,
    67265.7709270087,
    33430.57558358813,
    2509.0809287301227,
)
CENTRAL_BOTTOM = (
    1.0,
    42.31333070160091,
    687.1870074920579,
    5394.196021424751,
    21213.794301586597,
    39307.89580009271,
    28729.085735721943,
    5226.495278852854,
)
TAIL_TOP = (
    1.4234371107496835,
    4.630337846156546,
    5.769497221460691,
    3.6478483247632045,
    1.2704582524523684,
    0.2417807251774506,
    0.022723844989269184,
    0.0007745450142783414,
)
TAIL_BOTTOM = (
    1.0,
    2.053191626637759,
    1.6763848301838038,
    0.6897673349851,
    0.14810397642748008,
    0.015198666563616457,
    0.0005475938084995345,
    1.0507500716444169e-09,
)
FAR_TOP = (
    6.657904643501103,
    5.463784911164114,
    1.7848265399172913,
    0.29656057182850487,
    0.026532189526576124,
    0.0012426609473880784,
    2.7115555687434876e-05,
    2.0103343992922881e-07,
)
FAR_BOTTOM = (
    1.0,
    0.599832206555888,
    0.1369298809227358,
    0.014875361290850615,
    0.0007868691311456133,
    1.8463183175100548e-05,
    1.421511758316446e-07,
    2.0442631033899397e-15,
)


def polynomial(coefficients: Polynomial, x: float) -> float:
    """A polynomial of degree seven by Horner's rule."""
    value = coefficients[7]
    for power in range(6, -1, -1):
        value = value * x + coefficients[power]
    return value


def normal_quantile(u: float) -> float:
    """The standard normal number below which a share `u` lies, about 16 figures.

    Examples
    --------
    >>> round(normal_quantile(0.975), 12)
    1.95996398454
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * polynomial(CENTRAL_TOP, r) / polynomial(CENTRAL_BOTTOM, r)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        tail = polynomial(TAIL_TOP, r - 1.6) / polynomial(TAIL_BOTTOM, r - 1.6)
    else:
        tail = polynomial(FAR_TOP, r - 5.0) / polynomial(FAR_BOTTOM, r - 5.0)
    return -tail if q < 0.0 else tail

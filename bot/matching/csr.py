"""A `Matrix` as SciPy knows it. Imported only by what fits models, for SciPy is slow to import."""

import numpy as np
import scipy.sparse as sp

from bot.matching.features import Matrix


def sparse(matrix: Matrix, width: int) -> sp.csr_matrix:
    """*matrix* as a compressed matrix of *width* columns."""
    parts = (matrix.values.astype(np.float64), matrix.columns, matrix.starts)
    return sp.csr_matrix(parts, shape=(len(matrix.starts) - 1, width))

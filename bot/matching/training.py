"""Fitting the linear models, with scikit-learn. Imported only by the process that trains."""

import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.core.topic import OUT_OF_SCOPE
from bot.matching.concepts import beginnings
from bot.matching.csr import sparse
from bot.matching.features import Vocabulary, grams, learn
from bot.matching.model import Linear, Wide
from bot.matching.text import words

_SCALES = (1.2, 0.8, 0.5)
_C, _PASSES = 1.0, 15
"""Of four passes and fifteen, fifteen cost a tenth less on average; sixty are no better."""

_C_SEVERAL, _PASSES_SEVERAL = 0.5, 4
_MANY = 5000
"""Texts from which on a second process is worth its start."""

_FEW = 20
_FINEST = 127
_FOLDS = 3
_SCALES_ALONE, _SCALES_PAIRED = (1.0, 1.0, 0.5), (1.0, 1.0, 0.8)
_C_ALONE = 8.0
_STEPS = 100
_UNKNOWN = 2.0
_OUTSIDE, _OUTSIDE_WEIGHT = 2000, 0.3
_RIDGE = 1e-6
_FEW_ALONE = 5000
"""Phrasings up to which logistic regression is solved exactly, in seconds."""
_FEW_PAIRED = 2000
"""Phrasings up to which pairs of words count: a point or so with typos, next to nothing clean; see
`benchmarks/README.md`. Of more phrasings, there are too many pairs."""
_MOST_WEIGHTS = 40_000_000
"""Features times entries up to which every entry weighs every feature."""
_MOST_OWNERS = 1000
_SHARP, _SHARP_MIDDLES, _FAR = 6.0, 25.0, 0.25


def fit(
    texts: Sequence[str], labels: Sequence[str], concepts: Sequence[Sequence[str]] = ()
) -> Linear:
    """Fit one class against all others (L2-regularised squared hinge, dual coordinate descent).

    Source: Fan et al. 2008, *LIBLINEAR*. The result is the same for the same input.

    Args:
        texts: normalised texts.
        labels: the class of each text.
        concepts: the concepts in each text; empty for none at all.
    """
    found = grams(texts, concepts)
    vocabulary, matrix = learn(found, len(texts), scales=_SCALES)
    features = sparse(matrix, len(vocabulary.slots))
    names = sorted(set(labels))
    truth = np.asarray(labels)
    halves = [set(names[::2]), set(names[1::2])] if len(names) > _FEW else [set(names)]
    tasks = [np.where([label in half for label in labels], truth, "") for half in halves]
    outside = np.asarray([label.partition(".")[0] == OUT_OF_SCOPE for label in labels])
    solvers = _solved(features, [*tasks, outside] if outside.any() else tasks)
    weights = np.zeros((len(vocabulary.slots), len(names) + 1), dtype=np.float32)
    bias = np.full(len(names) + 1, -9.0, dtype=np.float32)
    for solver in solvers[: len(tasks)]:
        for row, name in enumerate(solver.classes_):
            if name:
                weights[:, names.index(name)] = solver.coef_[row]
                bias[names.index(name)] = solver.intercept_[row]
    for solver in solvers[len(tasks) :]:
        weights[:, -1], bias[-1] = solver.coef_[0], solver.intercept_[0]
    return _coarse(Linear(vocabulary, (*names, OUT_OF_SCOPE), weights, bias))


def _coarse(model: Linear) -> Linear:
    """The same model with its weights in 255 steps: no figure shows it, and it takes an eighth."""
    step = float(np.abs(model.weights).max()) / _FINEST or 1.0
    weights = np.round(model.weights / step).astype(np.int8)
    return replace(model, weights=weights, step=step)


def cross_fitted(
    texts: Sequence[str], labels: Sequence[str], concepts: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """The margins of each text in a model that was fitted without it, and the model's classes.

    A class too small to be in every part would lack a margin: it scores -1 there.
    """
    classes = (*sorted(set(labels)), OUT_OF_SCOPE)
    part = np.random.default_rng(0).integers(0, _FOLDS, len(texts))
    margins = np.full((len(texts), len(classes)), -1.0, dtype=np.float32)
    for fold in range(_FOLDS):
        shown, left = (np.flatnonzero(chosen).tolist() for chosen in (part != fold, part == fold))
        model = fit(
            [texts[i] for i in shown], [labels[i] for i in shown], [concepts[i] for i in shown]
        )
        found = grams([texts[i] for i in left], [concepts[i] for i in left])
        columns = np.array([classes.index(name) for name in model.classes])
        margins[np.ix_(np.array(left), columns)] = model.score_grams(found, len(left))
    return classes, margins


def _solved(features: sp.csr_matrix, tasks: Sequence[NDArray[Any]]) -> Sequence[LinearSVC]:
    """A solver for each task. LIBLINEAR draws from one source per process: no threads here."""
    if len(tasks) == 1 or features.shape[0] < _MANY:
        return [_solve(features, task) for task in tasks]
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(_solve, [features] * len(tasks), tasks))


def _solve(
    features: sp.csr_matrix, labels: NDArray[Any], strength: float = _C, passes: int = _PASSES
) -> LinearSVC:
    """One class against all others, for each class; the passes are few, so it does not converge."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        solver = LinearSVC(C=strength, tol=1e-2, max_iter=passes, random_state=0)
        return solver.fit(features, labels)


def fit_alone(
    texts: Sequence[str],
    labels: Sequence[str],
    others: Sequence[str] = (),
    other_labels: Sequence[str] = (),
    concepts: Callable[[str], Sequence[str]] = lambda _: (),
) -> Linear:
    """Fit entries that compete only with each other: multinomial logistic regression.

    With few phrasings per entry it beats one-against-all margins, and its scores are
    log-probabilities. An entry's id counts as one more phrasing: whoever chose it named the
    matter. Where phrasings are few, pairs of their words count (`beginnings`). Of *others* the
    out-of-scope phrasings stand for what belongs nowhere.

    Beyond some thousands of phrasings, margins take the place of log-probabilities, and beyond
    some thousands of entries each is held by the middle of its phrasings alone: less sharp, but
    the time to learn and to answer stays in bounds.

    Source: Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*, 4.4.

    Args:
        texts: normalised phrasings of the entries.
        labels: the entry of each.
        others: normalised phrasings of the bank.
        other_labels: the topic of each of these.
        concepts: finds the concepts in a normalised text.
    """
    names = sorted(set(labels))
    few = len(texts) <= _FEW_PAIRED

    def meant(text: str) -> Sequence[str]:
        return [*concepts(text), *beginnings(text.split())] if few else concepts(text)

    own = [*texts, *(" ".join(words(name.replace("_", " "))) for name in names)]
    vocabulary, matrix = learn(
        grams(own, [meant(text) for text in own]),
        len(own),
        scales=_SCALES_PAIRED if few else _SCALES_ALONE,
        rarest=1,
    )
    vocabulary = replace(vocabulary, unknown=_UNKNOWN)
    features = sparse(matrix, len(vocabulary.slots))
    truth = np.asarray([*labels, *names])
    if len(vocabulary.slots) * len(names) > _MOST_WEIGHTS:
        return _middles(vocabulary, features, truth)
    known = [label.partition(".")[0] == OUT_OF_SCOPE for label in other_labels]
    outside = [text for text, far in zip(others, known, strict=True) if far]
    outside = outside[:: 1 + len(outside) // _OUTSIDE]
    background = vocabulary.matrix(grams(outside, [meant(t) for t in outside]), len(outside))
    features = sp.vstack((features, sparse(background, len(vocabulary.slots)))).tocsr()
    truth = np.asarray([*truth, *[OUT_OF_SCOPE] * len(outside)])
    if len(set(truth)) < 2:  # noqa: PLR2004 - nothing competes
        weights = np.zeros((len(vocabulary.slots), len(names)), dtype=np.float16)
        return Linear(vocabulary, tuple(names), weights, np.zeros(len(names), dtype=np.float32))
    fitted = _few if len(truth) <= _FEW_ALONE else _several
    classes, coefficients, bias = fitted(features, truth)
    if len(classes) == 2:  # noqa: PLR2004 - scikit-learn keeps one row for two classes
        coefficients = np.concatenate((-coefficients, coefficients)) / 2
        bias = np.concatenate((-bias, bias)) / 2
    weights = np.ascontiguousarray(coefficients.T.astype(np.float16))
    return Linear(vocabulary, tuple(str(n) for n in classes), weights, bias.astype(np.float32))


_Fitted = tuple[NDArray[np.str_], NDArray[np.float64], NDArray[np.float64]]


def _few(features: sp.csr_matrix, truth: NDArray[np.str_]) -> _Fitted:
    """Logistic regression, solved over the likenesses of the phrasings instead of their features.

    The result is the same, for there are no more directions than phrasings, and with some
    hundred thousand features it comes ten times sooner.

    Source: Hastie, Tibshirani 2004, *Efficient quadratic regularization for expression arrays*.
    """
    likeness = (features @ features.T).toarray()
    likeness[np.diag_indices(len(likeness))] += _RIDGE
    root = np.linalg.cholesky(likeness)
    balance = np.where(truth == OUT_OF_SCOPE, _OUTSIDE_WEIGHT, 1.0)
    solver = LogisticRegression(C=_C_ALONE, max_iter=_STEPS, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        solver.fit(root, truth, sample_weight=balance)
    shares = solve_triangular(root, solver.coef_.T, lower=True, trans="T")
    return solver.classes_, (features.T @ shares).T, solver.intercept_


def _several(features: sp.csr_matrix, truth: NDArray[np.str_]) -> _Fitted:
    """Margins, sharpened until they come near log-probabilities."""
    solver = _solve(features, truth, _C_SEVERAL, _PASSES_SEVERAL)
    return solver.classes_, solver.coef_ * _SHARP, solver.intercept_ * _SHARP


def _middles(vocabulary: Vocabulary, features: sp.csr_matrix, truth: NDArray[np.str_]) -> Wide:
    """Each entry as the mean of its phrasings, without the features that very many share.

    Source: Manning, Raghavan, Schütze, *Introduction to Information Retrieval*, 14.2.
    """
    names, owner = np.unique(truth, return_inverse=True)
    rows = (np.ones(len(owner)), (owner, np.arange(len(owner))))
    sums = (sp.csr_matrix(rows, shape=(len(names), len(owner))) @ features).tocsr()
    length = np.sqrt(sums.multiply(sums).sum(axis=1)).A1
    middles = (sp.diags(_SHARP_MIDDLES / np.maximum(length, _RIDGE)) @ sums).tocsc()
    counts = np.diff(middles.indptr)
    kept = np.repeat(counts <= _MOST_OWNERS, counts)
    starts = np.concatenate(([0], np.cumsum(np.where(counts <= _MOST_OWNERS, counts, 0))))
    bias = np.zeros(len(names) + 1, dtype=np.float32)
    bias[-1] = _SHARP_MIDDLES * _FAR
    return Wide(
        vocabulary,
        (*(str(name) for name in names), OUT_OF_SCOPE),
        middles.data[kept].astype(np.float16),
        bias,
        starts=starts.astype(np.int64),
        owners=middles.indices[kept].astype(np.int32),
    )

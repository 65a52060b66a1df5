"""Fitting the linear models, with scikit-learn. Imported only by the process that trains."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.core.topic import OUT_OF_SCOPE
from bot.matching.features import Matrix, grams, learn
from bot.matching.model import Linear

_SCALES = (1.0, 1.0, 0.5)
_PASSES = 4
"""Passes of the solver: measured, the sixtieth changes no figure any more, and costs ten times."""

_FEW = 20
_HARDEST = 2000
_NAMED = 1500
_RARE = 12
_SCALES_ALONE = (0.7, 1.0, 1.0)
_C_ALONE = 10.0
_STEPS = 60


def sparse(matrix: Matrix, width: int) -> sp.csr_matrix:
    """A `Matrix` as SciPy knows it."""
    parts = (matrix.values.astype(np.float64), matrix.columns, matrix.starts)
    return sp.csr_matrix(parts, shape=(len(matrix.starts) - 1, width))


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
    weights = np.zeros((len(vocabulary.slots), len(names) + 1), dtype=np.float16)
    bias = np.full(len(names) + 1, -9.0, dtype=np.float32)
    with ThreadPoolExecutor(len(tasks)) as pool:
        for solver in pool.map(lambda task: _solve(features, task), tasks):
            for row, name in enumerate(solver.classes_):
                if name:
                    weights[:, names.index(name)] = solver.coef_[row]
                    bias[names.index(name)] = solver.intercept_[row]
    if outside.any():
        solver = _solve(features, outside)
        weights[:, -1], bias[-1] = solver.coef_[0], solver.intercept_[0]
    return Linear(vocabulary, (*names, OUT_OF_SCOPE), weights, bias)


def _solve(features: sp.csr_matrix, labels: NDArray[np.str_]) -> LinearSVC:
    """One class against all others, for each class; the passes are few, so it does not converge."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        solver = LinearSVC(C=0.5, tol=1e-2, max_iter=_PASSES, random_state=0)
        return solver.fit(features, labels)


def fit_head(
    texts: Sequence[str],
    labels: Sequence[str],
    others: Sequence[str],
    other_labels: Sequence[str],
    concepts: Callable[[str], Sequence[str]] = lambda _: (),
) -> Linear:
    """Fit a posting's own entries against each other and against the phrasings of the bank.

    A name that only the posting knows (a town, a partner) must not decide alone: the bank's
    phrasings are therefore shown again with such names put into them, as what they were before.

    Args:
        texts: normalised phrasings of the entries.
        labels: the entry of each, a topic's id for more phrasings of a topic.
        others: normalised phrasings of the bank.
        other_labels: the topic of each of these.
        concepts: finds the concepts in a normalised text.
    """
    names = tuple(sorted(set(labels)))
    truth = [_own_label(label, names) for label in other_labels]
    named = _with_names(texts, others)
    shown = [i for i, label in enumerate(truth) if not label]
    both = [*texts, *(others[i] for i in shown), *(text for text, _ in named)]
    classes = np.asarray([*labels, *[""] * len(shown), *(truth[i] for _, i in named)])
    found = grams(both, [concepts(text) for text in both])
    vocabulary, matrix = learn(found, len(both), scales=_SCALES)
    features = sparse(matrix, len(vocabulary.slots))
    chosen = _hardest(features, len(texts), len(shown))
    features, classes = features[chosen], classes[chosen]
    used = np.unique(features[: len(texts)].indices)
    weights = np.zeros((len(used), len(names)), dtype=np.float16)
    bias = np.zeros(len(names), dtype=np.float32)
    for column, name in enumerate(names):
        solver = _solve(features, classes == name)
        weights[:, column] = solver.coef_[0, used]
        bias[column] = solver.intercept_[0]
    return Linear(vocabulary.subset(used.astype(np.int32)), names, weights, bias)


def _own_label(topic: str, names: Sequence[str]) -> str:
    """The entry that a phrasing of *topic* belongs to: its own or its parent's, or none."""
    return next((name for name in (topic, topic.rpartition(".")[0]) if name in names), "")


def _hardest(features: sp.csr_matrix, own: int, shown: int) -> NDArray[np.int64]:
    """All own rows, the other rows that are most like them, and all rows with names put in."""
    everything = np.arange(features.shape[0])
    if shown <= _HARDEST:
        return everything
    likeness = (features[own : own + shown] @ features[:own].T).max(axis=1)
    order = np.argsort(-np.asarray(likeness.todense()).ravel(), kind="stable")
    chosen = np.sort(order[:_HARDEST]) + own
    return np.concatenate((everything[:own], chosen, everything[own + shown :]))


def _with_names(texts: Sequence[str], others: Sequence[str]) -> list[tuple[str, int]]:
    """Phrasings of the bank with names of the posting put in, each with its place in *others*."""
    common: dict[str, int] = {}
    for text in others:
        for word in set(text.split()):
            common[word] = common.get(word, 0) + 1
    chunks = sorted({chunk for text in texts for chunk in _chunks(text.split(), common)})
    if not chunks or not others:
        return []
    random = np.random.default_rng(0)
    places = random.integers(0, len(others), _NAMED)
    picks = random.integers(0, len(chunks), _NAMED)
    return [
        (f"{others[place]} {chunks[pick]}", int(place))
        for place, pick in zip(places, picks, strict=True)
    ]


def _chunks(words: Sequence[str], common: Mapping[str, int]) -> list[str]:
    """Each word that the bank hardly knows, with the word before it."""
    return [
        " ".join(words[max(0, place - 1) : place + 1])
        for place, word in enumerate(words)
        if common.get(word, 0) < _RARE
    ]


def fit_alone(
    texts: Sequence[str],
    labels: Sequence[str],
    others: Sequence[str] = (),
    other_labels: Sequence[str] = (),
) -> Linear:
    """Fit entries that compete only with each other: multinomial logistic regression.

    With few phrasings per entry it beats one-against-all margins, and its scores are
    log-probabilities. Of *others* the out-of-scope phrasings stand for what belongs nowhere.

    Source: Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*, 4.4.
    """
    outside = [
        text
        for text, label in zip(others, other_labels, strict=True)
        if label.partition(".")[0] == OUT_OF_SCOPE
    ]
    both = [*texts, *outside]
    truth = np.asarray([*labels, *[OUT_OF_SCOPE] * len(outside)])
    vocabulary, matrix = learn(grams(both), len(both), scales=_SCALES_ALONE, rarest=1)
    features = sparse(matrix, len(vocabulary.slots))
    solver = LogisticRegression(C=_C_ALONE, max_iter=_STEPS, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        solver.fit(features.astype(np.float32), truth)
    coefficients, bias = solver.coef_, solver.intercept_
    names = tuple(str(name) for name in solver.classes_)
    if len(names) == 2:  # noqa: PLR2004 - scikit-learn keeps one row for two classes
        coefficients = np.concatenate((-coefficients, coefficients)) / 2
        bias = np.concatenate((-bias, bias)) / 2
    weights = np.ascontiguousarray(coefficients.T.astype(np.float16))
    return Linear(vocabulary, names, weights, bias.astype(np.float32))

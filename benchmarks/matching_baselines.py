"""What the matching is measured beside: each takes phrasings with labels, and a question.

All get the phrasings that ours gets, none gets more than its documentation offers by itself.
"""

import importlib.util
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rapidfuzz import fuzz, process, utils

_MANY = 5000
"""Phrasings from which logistic regression is fitted by stochastic gradient descent, in seconds."""

_C = 10.0


class Baseline(Protocol):
    """Something that puts one label first for a question."""

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Take in phrasings."""
        ...

    def first(self, question: str) -> tuple[str, float]:
        """The label that fits best, and how well; an empty one if nothing fits."""
        ...


@dataclass
class Rapidfuzz:
    """The obvious five lines."""

    scorer: Callable[..., float]
    _texts: list[str] = field(default_factory=list)
    _labels: list[str] = field(default_factory=list)

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Keep the phrasings, lower-cased and without punctuation."""
        self._texts = [utils.default_process(text) for text in texts]
        self._labels = list(labels)

    def first(self, question: str) -> tuple[str, float]:
        """The label of the likest phrasing."""
        found = process.extractOne(utils.default_process(question), self._texts, scorer=self.scorer)
        return (self._labels[found[2]], found[1]) if found else ("", 0.0)


@dataclass
class Trigrams:
    """SQLite's full-text search over trigrams, any of the question's trigrams, best rank first."""

    _base: sqlite3.Connection | None = None

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Index the phrasings in memory."""
        base = sqlite3.connect(":memory:")
        base.execute(
            "CREATE VIRTUAL TABLE asked USING fts5(text, label UNINDEXED, tokenize=trigram)"
        )
        base.executemany("INSERT INTO asked VALUES (?, ?)", zip(texts, labels, strict=True))
        self._base = base

    def first(self, question: str) -> tuple[str, float]:
        """The label of the phrasing with the best rank."""
        plain = " ".join(re.sub(r"[^\w]+", " ", question.lower()).split())
        parts = dict.fromkeys(plain[i : i + 3] for i in range(len(plain) - 2))
        if not parts or self._base is None:
            return "", 0.0
        wanted = " OR ".join(f'"{part}"' for part in parts)
        sql = "SELECT label, -rank FROM asked WHERE asked MATCH ? ORDER BY rank LIMIT 1"
        label, score = self._base.execute(sql, (wanted,)).fetchone() or ("", 0.0)
        return label, score


@dataclass
class Stemmed:
    """BM25 over stems; where several languages meet, a word counts by its stem in each."""

    languages: tuple[str, ...]
    _index: Any = None
    _stemmers: list[Any] = field(default_factory=list)
    _labels: list[str] = field(default_factory=list)

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Index the phrasings."""
        import bm25s  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415 - optional
        import Stemmer  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415 - optional

        self._stemmers = [Stemmer.Stemmer(language) for language in self.languages]
        self._labels = list(labels)
        self._index = bm25s.BM25()
        self._index.index([self._stems(text) for text in texts], show_progress=False)

    def first(self, question: str) -> tuple[str, float]:
        """The label of the phrasing with the highest score."""
        known = self._index.vocab_dict
        stems = [stem for stem in self._stems(question) if stem in known]
        if not stems:
            return "", 0.0
        found, scores = self._index.retrieve([stems], k=1, show_progress=False)
        return self._labels[int(found[0][0])], float(scores[0][0])

    def _stems(self, text: str) -> list[str]:
        words = re.findall(r"\w+", text.lower())
        return [stem for stemmer in self._stemmers for stem in stemmer.stemWords(words)]


@dataclass
class LogisticRegression:
    """TF-IDF of word 1-2-grams and character 2-5-grams, and scikit-learn's classifier."""

    _features: Any = None
    _model: Any = None

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Fit; many phrasings by gradient descent, since the exact solver would take minutes."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - takes seconds
        from sklearn.linear_model import LogisticRegression as Exact  # noqa: PLC0415
        from sklearn.linear_model import SGDClassifier  # noqa: PLC0415
        from sklearn.pipeline import make_union  # noqa: PLC0415

        self._features = make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode"),
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, strip_accents="unicode"
            ),
        )
        self._model = (
            SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=10, tol=None, random_state=0)
            if len(texts) > _MANY
            else Exact(C=_C, max_iter=60, tol=1e-3)
        )
        self._model.fit(self._features.fit_transform(texts), labels)

    def first(self, question: str) -> tuple[str, float]:
        """The likeliest label, with its probability."""
        chances = self._model.predict_proba(self._features.transform([question]))[0]
        best = int(chances.argmax())
        return str(self._model.classes_[best]), float(chances[best])


def baselines(*languages: str) -> dict[str, Baseline | None]:
    """Every baseline by its name; None for one whose packages are not installed."""
    installed = all(importlib.util.find_spec(name) for name in ("bm25s", "Stemmer"))
    return {
        "rapidfuzz WRatio": Rapidfuzz(fuzz.WRatio),
        "rapidfuzz token_set_ratio": Rapidfuzz(fuzz.token_set_ratio),
        "SQLite FTS5 trigram": Trigrams(),
        "BM25, stemmed (bm25s)": Stemmed(languages) if installed else None,
        "TF-IDF + logistic regression": LogisticRegression(),
    }

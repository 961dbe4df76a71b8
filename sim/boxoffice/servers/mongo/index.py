"""Documents by what they contain at one path."""

from collections.abc import Hashable, Iterable, Mapping

from boxoffice.servers.mongo.terms import Document, Presence, Term, terms_in

Key = Hashable


class Index:
    """The keys of all documents of a collection, filed by their terms at `path`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._keys: dict[Term, dict[Key, None]] = {}
        self._terms: dict[Key, tuple[Term, ...]] = {}

    def file(self, key: Key, document: Document) -> None:
        """File `document`, in place of what was filed for `key` before."""
        terms = terms_in(document, self.path)
        filed = self._terms.get(key)
        if terms == filed:
            return
        if filed is not None:
            self.remove(key)
        self._terms[key] = terms
        for term in terms:
            self._keys.setdefault(term, {})[key] = None

    def remove(self, key: Key) -> None:
        """Forget the document with this key, if it is filed here."""
        for term in self._terms.pop(key, ()):
            keys = self._keys[term]
            del keys[key]
            if not keys:
                del self._keys[term]

    def count(self, terms: Iterable[Term]) -> int:
        """Count the documents filed under `terms`; one filed under two of them counts twice."""
        return sum(len(self._keys.get(term, ())) for term in terms)

    def keys(self, terms: Iterable[Term]) -> dict[Key, None]:
        """Collect the keys of the documents filed under any of `terms`, in no promised order."""
        found: dict[Key, None] = {}
        for term in terms:
            found.update(self._keys.get(term, {}))
        return found


class Identities:
    """The index of `_id`: the documents themselves, which are kept by it."""

    path = "_id"

    def __init__(self, documents: Mapping[Key, Document]) -> None:
        self._documents = documents

    def file(self, key: Key, document: Document) -> None:
        """Do nothing: the document is there."""

    def remove(self, key: Key) -> None:
        """Do nothing: the document is gone."""

    def count(self, terms: Iterable[Term]) -> int:
        """Count the documents filed under `terms`; one filed under two of them counts twice."""
        return sum(
            len(self._documents) if it is Presence.PRESENT else it in self._documents
            for it in terms
        )

    def keys(self, terms: Iterable[Term]) -> dict[Key, None]:
        """Collect the keys of the documents filed under any of `terms`, in no promised order."""
        found: dict[Key, None] = {}
        for term in terms:
            if term is Presence.PRESENT:
                found.update(dict.fromkeys(self._documents))
            elif term in self._documents:
                found[term] = None
        return found

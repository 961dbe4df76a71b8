"""Documents by what they contain at one path."""

from collections.abc import Collection, Hashable, Iterable, Mapping

from boxoffice.servers.mongo.terms import Document, Presence, Term, terms_in

Key = Hashable


class _Several(dict[Key, None]):
    """The keys under one term; most terms have one, which is kept as it is."""


class Index:
    """The keys of all documents of a collection, filed by their terms at `path`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._keys: dict[Term, Key | _Several] = {}
        # Of those that are present, all terms but that: the only one as it is.
        self._terms: dict[Key, Term | tuple[Term, ...]] = {}

    def file(self, key: Key, document: Document) -> None:
        """File `document`, in place of what was filed for `key` before."""
        present = terms_in(document, self.path)
        terms: Term | None = present[1:] if present else None  # the first says that it is
        if len(present) == 2 and present[1] is not None:  # no term is a tuple
            terms = present[1]
        filed = self._terms.get(key)
        if terms == filed:
            return
        if filed is not None:
            self.remove(key)
        if terms is not None:
            self._terms[key] = terms
            for term in terms if isinstance(terms, tuple) else (terms,):
                self._add(term, key)

    def _add(self, term: Term, key: Key) -> None:
        if term not in self._keys:
            self._keys[term] = key
            return
        known = self._keys[term]
        if not isinstance(known, _Several):
            known = self._keys[term] = _Several({known: None})
        known[key] = None

    def remove(self, key: Key) -> None:
        """Forget the document with this key, if it is filed here."""
        terms = self._terms.pop(key, ())
        for term in terms if isinstance(terms, tuple) else (terms,):
            known = self._keys[term]
            if isinstance(known, _Several) and len(known) > 1:
                del known[key]
            else:
                del self._keys[term]

    def count(self, terms: Iterable[Term]) -> int:
        """Count the documents filed under `terms`; one filed under two of them counts twice."""
        return sum(len(self._under(term)) for term in terms)

    def keys(self, terms: Iterable[Term]) -> dict[Key, None]:
        """Collect the keys of the documents filed under any of `terms`, in no promised order."""
        found: dict[Key, None] = {}
        for term in terms:
            found.update(dict.fromkeys(self._under(term)))
        return found

    def _under(self, term: Term) -> Collection[Key]:
        if term is Presence.PRESENT:
            return self._terms
        if term not in self._keys:
            return ()
        known = self._keys[term]
        return known if isinstance(known, _Several) else (known,)


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

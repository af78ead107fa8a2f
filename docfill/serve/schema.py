"""The tables, version by version: a version is never changed once it is out, the next one alters it.

Times are seconds since 1970; what is called JSON is text.  Files are named by their SHA-256 (see `blobs`).
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE forms (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, bundled TEXT NOT NULL DEFAULT '',
    created DOUBLE PRECISION NOT NULL, made_by TEXT NOT NULL);

CREATE TABLE editions (
    id TEXT PRIMARY KEY, form TEXT NOT NULL REFERENCES forms(id), number BIGINT NOT NULL,
    name TEXT NOT NULL, template TEXT NOT NULL, rules TEXT NOT NULL DEFAULT '', fields TEXT NOT NULL,
    described TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '', created DOUBLE PRECISION NOT NULL, made_by TEXT NOT NULL, UNIQUE (form, number));

CREATE TABLE collections (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, edition TEXT NOT NULL REFERENCES editions(id),
    due TEXT NOT NULL DEFAULT '', key_path TEXT NOT NULL DEFAULT '', shown TEXT NOT NULL DEFAULT '[]',
    created DOUBLE PRECISION NOT NULL, made_by TEXT NOT NULL);

CREATE TABLE roster (
    collection TEXT NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
    number BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (collection, name));

CREATE TABLE drops (
    id TEXT PRIMARY KEY, collection TEXT NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
    announced BIGINT NOT NULL, ended TEXT NOT NULL DEFAULT '',
    made_by TEXT NOT NULL, created DOUBLE PRECISION NOT NULL);

CREATE TABLE returns (
    id TEXT PRIMARY KEY, collection TEXT NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
    dropped TEXT NOT NULL REFERENCES drops(id) ON DELETE CASCADE,
    inside TEXT REFERENCES returns(id) ON DELETE CASCADE, number BIGINT NOT NULL,
    name TEXT NOT NULL, blob TEXT NOT NULL, size BIGINT NOT NULL, received DOUBLE PRECISION NOT NULL,
    state TEXT NOT NULL, reason_zh TEXT NOT NULL DEFAULT '', reason_en TEXT NOT NULL DEFAULT '',
    same_as TEXT, newer TEXT, edition TEXT NOT NULL DEFAULT '', read_at DOUBLE PRECISION,
    who TEXT NOT NULL DEFAULT '', who_key TEXT NOT NULL DEFAULT '', cells TEXT NOT NULL DEFAULT '{}',
    doubts BIGINT NOT NULL DEFAULT 0, errors BIGINT NOT NULL DEFAULT 0, altered BIGINT NOT NULL DEFAULT 0,
    corrected BIGINT NOT NULL DEFAULT 0, confirmed BIGINT NOT NULL DEFAULT 0, changed BIGINT NOT NULL DEFAULT 0,
    verdict TEXT NOT NULL DEFAULT '', verdict_by TEXT NOT NULL DEFAULT '', verdict_at DOUBLE PRECISION,
    claimed_by TEXT NOT NULL DEFAULT '', claimed_until DOUBLE PRECISION NOT NULL DEFAULT 0,
    UNIQUE (dropped, name));
CREATE INDEX returns_of_collection ON returns (collection, number);
CREATE INDEX returns_by_blob ON returns (collection, blob);
CREATE INDEX returns_by_who ON returns (collection, who_key);
CREATE INDEX returns_inside ON returns (inside);

CREATE TABLE readings (
    return_id TEXT PRIMARY KEY REFERENCES returns(id) ON DELETE CASCADE,
    machine TEXT NOT NULL, record TEXT NOT NULL, problems TEXT NOT NULL, changes TEXT NOT NULL DEFAULT '{}');

CREATE TABLE corrections (
    number {serial}, return_id TEXT NOT NULL REFERENCES returns(id) ON DELETE CASCADE, path TEXT NOT NULL,
    machine TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL, why TEXT NOT NULL,
    blob_before TEXT NOT NULL, blob_after TEXT NOT NULL DEFAULT '',
    made_by TEXT NOT NULL, created DOUBLE PRECISION NOT NULL,
    undone_by TEXT NOT NULL DEFAULT '', undone_at DOUBLE PRECISION);
CREATE INDEX corrections_of ON corrections (return_id);

CREATE TABLE confirmations (
    return_id TEXT NOT NULL REFERENCES returns(id) ON DELETE CASCADE, subject TEXT NOT NULL,
    made_by TEXT NOT NULL, created DOUBLE PRECISION NOT NULL, PRIMARY KEY (return_id, subject));

CREATE TABLE remarks (
    number {serial}, return_id TEXT NOT NULL REFERENCES returns(id) ON DELETE CASCADE, path TEXT NOT NULL,
    words TEXT NOT NULL, made_by TEXT NOT NULL, created DOUBLE PRECISION NOT NULL);
CREATE INDEX remarks_of ON remarks (return_id);

CREATE TABLE jobs (
    number {serial}, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, subject TEXT NOT NULL,
    unique_key TEXT NOT NULL UNIQUE, collection TEXT REFERENCES collections(id) ON DELETE CASCADE,
    payload TEXT NOT NULL, state TEXT NOT NULL, attempts BIGINT NOT NULL DEFAULT 0, worker TEXT NOT NULL DEFAULT '',
    leased_until DOUBLE PRECISION NOT NULL DEFAULT 0, result TEXT NOT NULL DEFAULT '',
    blob TEXT NOT NULL DEFAULT '', input TEXT NOT NULL DEFAULT '',
    reason_zh TEXT NOT NULL DEFAULT '', reason_en TEXT NOT NULL DEFAULT '',
    made_by TEXT NOT NULL, created DOUBLE PRECISION NOT NULL, finished DOUBLE PRECISION);
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE INDEX jobs_of_collection ON jobs (collection, state);

CREATE TABLE drafts (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, blank TEXT NOT NULL, form TEXT NOT NULL DEFAULT '',
    steps TEXT NOT NULL, at BIGINT NOT NULL, created DOUBLE PRECISION NOT NULL, made_by TEXT NOT NULL);

CREATE TABLE users (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, created DOUBLE PRECISION NOT NULL);

CREATE TABLE sessions (
    token TEXT PRIMARY KEY, user_name TEXT NOT NULL, role TEXT NOT NULL, csrf TEXT NOT NULL,
    expires DOUBLE PRECISION NOT NULL);

CREATE TABLE tokens (
    token TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, user_name TEXT NOT NULL, role TEXT NOT NULL, label TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL);

CREATE TABLE audit (
    number {serial}, at DOUBLE PRECISION NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,
    collection TEXT NOT NULL DEFAULT '', subject TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '');
CREATE INDEX audit_of_collection ON audit (collection, number);
"""

_DRAWINGS = """
CREATE TABLE drawings (
    return_id TEXT NOT NULL REFERENCES returns(id) ON DELETE CASCADE, lang TEXT NOT NULL,
    asked TEXT NOT NULL, blob TEXT NOT NULL, PRIMARY KEY (return_id, lang));
CREATE INDEX drawings_by_blob ON drawings (blob);
"""

_BOTH_LANGUAGES = """
DROP TABLE drawings;
CREATE TABLE drawings (
    return_id TEXT PRIMARY KEY REFERENCES returns(id) ON DELETE CASCADE, asked TEXT NOT NULL, blob TEXT NOT NULL);
CREATE INDEX drawings_by_blob ON drawings (blob);
"""

VERSIONS: tuple[str, ...] = (_FIRST, _DRAWINGS, _BOTH_LANGUAGES)
"""What brings the database from each version to the next."""

"""The SQL that tells what happened: pieces that the feed's statements share."""

SHOWN = 20


def undone_by(change: str) -> str:
    """The change set that has undone `change`, unless it has been undone itself, and so on along the chain."""
    return f"""(
        WITH RECURSIVE chain AS (
            SELECT {change} AS id, 0 AS depth
            UNION ALL
            SELECT newest.id, chain.depth + 1
            FROM chain CROSS JOIN LATERAL (
                SELECT u.id FROM change_set u WHERE u.undoes = chain.id ORDER BY u.id DESC LIMIT 1
            ) newest
            WHERE chain.depth < 100
        )
        SELECT CASE WHEN max(depth) % 2 = 1 THEN (array_agg(id ORDER BY depth))[2] END FROM chain
    )"""  # noqa: S608 - our own words only


def told(things: str) -> str:
    """A `Happened` for each row of `things` (revision, position, kind, entity_id, before, after), with its names.

    A comment goes by its task's title. What has been deleted for good goes by the name it had when it went.
    """
    return f"""
        SELECT h.revision, h.position, json_build_object(
            'kind', h.kind,
            'id', h.entity_id,
            'revision', h.revision,
            'title', CASE h.noun
                WHEN 'task' THEN coalesce(t.title, h.after->>'title', h.before->>'title')
                WHEN 'comment' THEN t.title
                WHEN 'member' THEN (SELECT p.name FROM person p WHERE p.id = h.entity_id)
                WHEN 'project' THEN (SELECT p.name FROM project p WHERE p.id = h.entity_id)
                ELSE coalesce(
                    CASE h.noun
                        WHEN 'state' THEN (SELECT s.name FROM state s WHERE s.id = h.entity_id)
                        WHEN 'label' THEN (SELECT l.name FROM label l WHERE l.id = h.entity_id)
                    END,
                    h.after->>'name',
                    h.before->>'name',
                    (SELECT e.before->>'name' FROM event e WHERE e.entity_id = h.entity_id AND e.topic = :topic
                     AND e.after IS NULL ORDER BY e.revision DESC LIMIT 1)
                )
            END,
            'human_id', coalesce(
                (SELECT concat(p.key, '-', t.number) FROM project p WHERE p.id = t.project_id),
                h.after->>'human_id',
                h.before->>'human_id'
            ),
            'task_id', h.task_id,
            'before', h.before - '{{description_html,body_html}}'::text[],
            'after', h.after - '{{description_html,body_html}}'::text[]
        ) AS data
        FROM (
            SELECT x.*, CASE WHEN x.noun = 'comment' THEN coalesce(
                (SELECT c.task_id FROM comment c WHERE c.id = x.entity_id),
                CAST(coalesce(x.after, x.before)->>'task_id' AS uuid)
            ) END AS task_id
            FROM (SELECT r.*, split_part(r.kind, '.', 1) AS noun FROM ({things}) r) x
        ) h
        LEFT JOIN task t ON t.id = CASE h.noun WHEN 'task' THEN h.entity_id ELSE h.task_id END
    """  # noqa: S608


def things_of(change: str, also: str, limit: str) -> str:
    """What a change set did on the topic, in order: its events, or the details that stand behind a `reload`.

    Args:
        also: a further condition on the row `r`, beginning with AND.
    """
    columns = "kind, entity_id, before, after"
    return f"""
        (SELECT r.revision, r.position, {columns} FROM (
            SELECT e.revision, 0 AS position, e.kind, e.entity_id, e.before, e.after
            FROM event e WHERE e.change_set_id = {change} AND e.topic = :topic AND e.kind <> 'reload'
         ) r WHERE true {also}
         ORDER BY r.revision, r.position LIMIT {limit})
        UNION ALL
        (SELECT r.revision, r.position, {columns} FROM (
            SELECT e.revision, d.position, d.kind, d.entity_id, d.before, d.after
            FROM event e JOIN change_detail d ON d.change_set_id = e.change_set_id AND d.topic = e.topic
            WHERE e.change_set_id = {change} AND e.topic = :topic AND e.kind = 'reload'
         ) r WHERE true {also}
         ORDER BY r.revision, r.position LIMIT {limit})
    """  # noqa: S608


def numbers(change: str, also: str = "") -> str:
    """How many things a change set did on the topic, and how many of each kind: (count, kinds)."""
    return f"""(
        SELECT coalesce(sum(k.n), 0) AS count, coalesce(json_object_agg(k.kind, k.n), '{{}}') AS kinds
        FROM (
            SELECT r.kind, count(*) AS n FROM event r
            WHERE r.change_set_id = {change} AND r.topic = :topic AND r.kind <> 'reload' {also} GROUP BY r.kind
            UNION ALL
            SELECT r.kind, count(*) FROM change_detail r
            WHERE r.change_set_id = {change} AND r.topic = :topic {also} GROUP BY r.kind
        ) k
    )"""  # noqa: S608 - our own words only


def change_fields(events: str) -> str:
    """A `ChangeOut` as arguments of json_build_object.

    Needs `page` (revision, at), `c`, the change set, and its `numbers` as `n`.
    """
    return f"""
        'id', c.id,
        'at', page.at,
        'revision', page.revision,
        'by', c.person_id,
        'means', c.means,
        'token', (SELECT k.name FROM api_token k WHERE k.id = c.token_id),
        'why', c.why,
        'undoes', c.undoes,
        'undone_by', {undone_by("c.id")},
        'count', n.count,
        'kinds', n.kinds,
        'events', ({events})
    """  # noqa: S608

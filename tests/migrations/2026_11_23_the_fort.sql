-- A small installation as the release with second factors, jobs, backups and the audit log wrote it.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION public.fold_step(state jsonb, fresh boolean, data jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN data IS NULL THEN NULL WHEN fresh THEN data ELSE state || data END $$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME; END $$;

CREATE FUNCTION public.revision_at(of_topic text, moment timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
DECLARE
    low bigint := coalesce((SELECT t.kept_from FROM timeline t WHERE t.topic = of_topic), 0);
    high bigint := coalesce((SELECT t.revision FROM topic t WHERE t.name = of_topic), 0);
    middle bigint;
BEGIN
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF (SELECT e.at > moment FROM event e WHERE e.topic = of_topic AND e.revision = middle) THEN
            high := middle - 1;
        ELSE
            low := middle;
        END IF;
    END LOOP;
    RETURN low;
END
$$;

CREATE FUNCTION public.state_at(of_topic text, at_revision bigint, nouns text[]) RETURNS TABLE(noun text, entity_id uuid, data jsonb)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    WITH built AS MATERIALIZED (
        SELECT least(at_revision, coalesce((SELECT t.told_until FROM timeline t WHERE t.topic = of_topic), 0))
               AS revision
    ), tail AS MATERIALIZED (
        SELECT t.* FROM told t
        WHERE t.topic = of_topic AND t.revision > (SELECT b.revision FROM built b) AND t.revision <= at_revision
          AND t.noun = ANY (nouns)
    ), steps AS (
        SELECT t.noun, t.entity_id, t.revision, t.position, t.fresh, t.data FROM tail t
        UNION ALL
        SELECT s.noun, s.entity_id, s.since, -1, true, s.data
        FROM (SELECT DISTINCT t.noun, t.entity_id FROM tail t) touched
        JOIN span s ON s.topic = of_topic AND s.noun = touched.noun AND s.entity_id = touched.entity_id
        WHERE s.since <= (SELECT b.revision FROM built b) AND s.until > (SELECT b.revision FROM built b)
    )
    SELECT s.noun, s.entity_id, s.data FROM span s
    WHERE s.topic = of_topic AND s.noun = ANY (nouns)
      AND s.since <= (SELECT b.revision FROM built b) AND s.until > (SELECT b.revision FROM built b)
      AND NOT EXISTS (SELECT 1 FROM tail t WHERE t.noun = s.noun AND t.entity_id = s.entity_id)
    UNION ALL
    SELECT f.noun, f.entity_id, f.data FROM (
        SELECT steps.noun, steps.entity_id,
               folded(steps.fresh, steps.data ORDER BY steps.revision, steps.position) AS data
        FROM steps GROUP BY steps.noun, steps.entity_id
    ) f WHERE f.data IS NOT NULL
$$;

CREATE AGGREGATE public.folded(boolean, jsonb) (
    SFUNC = public.fold_step,
    STYPE = jsonb
);

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE public.api_token (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    expires_at timestamp with time zone,
    scopes text[] NOT NULL
);

CREATE TABLE public.audit_entry (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    person_id uuid,
    means text NOT NULL,
    act text NOT NULL,
    about_id uuid,
    workspace_id uuid,
    address text,
    details jsonb NOT NULL
);

CREATE TABLE public.backup (
    id uuid NOT NULL,
    file text NOT NULL,
    means text NOT NULL,
    at timestamp with time zone NOT NULL,
    step text NOT NULL,
    bytes bigint,
    rows bigint,
    seconds double precision,
    tried_at timestamp with time zone,
    tried_seconds double precision,
    ok boolean,
    problem text
);

CREATE TABLE public.challenge (
    value bytea NOT NULL,
    purpose text NOT NULL,
    person_id uuid,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_challenge_purpose CHECK ((purpose = ANY (ARRAY['sign_in'::text, 'second_factor'::text, 'proof'::text, 'passkey'::text])))
);

CREATE TABLE public.change_detail (
    change_set_id uuid NOT NULL,
    topic text NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    entity_id uuid NOT NULL,
    before jsonb,
    after jsonb
);

CREATE TABLE public.change_set (
    id uuid NOT NULL,
    person_id uuid,
    means text NOT NULL,
    token_id uuid,
    why text,
    created_at timestamp with time zone NOT NULL,
    undoes uuid
);

CREATE TABLE public.code_app (
    person_id uuid NOT NULL,
    secret text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint NOT NULL
);

CREATE TABLE public.comment (
    id uuid NOT NULL,
    task_id uuid NOT NULL,
    project_id uuid NOT NULL,
    author_id uuid,
    body text NOT NULL,
    body_html text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    deleted_at timestamp with time zone
);

CREATE TABLE public.event (
    topic text NOT NULL,
    revision bigint NOT NULL,
    change_set_id uuid NOT NULL,
    kind text NOT NULL,
    entity_id uuid NOT NULL,
    before jsonb,
    after jsonb,
    at timestamp with time zone NOT NULL
);

CREATE VIEW public.happened AS
 SELECT event.topic,
    event.revision,
    0 AS "position",
    event.change_set_id,
    event.kind,
    event.entity_id,
    event.before,
    event.after,
    event.at
   FROM public.event
  WHERE (event.kind <> 'reload'::text)
UNION ALL
 SELECT e.topic,
    e.revision,
    d."position",
    d.change_set_id,
    d.kind,
    d.entity_id,
    d.before,
    d.after,
    e.at
   FROM (public.event e
     JOIN public.change_detail d ON (((d.change_set_id = e.change_set_id) AND (d.topic = e.topic))))
  WHERE (e.kind = 'reload'::text);

CREATE TABLE public.identity (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    email text,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

CREATE TABLE public.imported_thing (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    source text NOT NULL,
    kind text NOT NULL,
    external_id text NOT NULL,
    entity_id uuid NOT NULL,
    change_set_id uuid NOT NULL
);

CREATE TABLE public.instance (
    id smallint NOT NULL,
    demo boolean NOT NULL,
    setup_token_hash bytea,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_instance_ck_instance_only_one CHECK ((id = 1))
);

CREATE SEQUENCE public.instance_id_seq
    AS smallint
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.instance_id_seq OWNED BY public.instance.id;

CREATE TABLE public.invitation (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    role text NOT NULL,
    secret_hash bytea NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_by uuid,
    email text,
    mailed_at timestamp with time zone,
    CONSTRAINT ck_invitation_ck_invitation_role CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text])))
);

CREATE TABLE public.job (
    id uuid NOT NULL,
    name text NOT NULL,
    payload jsonb NOT NULL,
    key text,
    run_after timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    error text,
    created_at timestamp with time zone NOT NULL,
    dead_at timestamp with time zone
);

CREATE TABLE public.kept_answer (
    person_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer,
    headers jsonb,
    body bytea,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.label (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    color text NOT NULL,
    version integer NOT NULL
);

CREATE TABLE public.last_look (
    person_id uuid NOT NULL,
    project_id uuid NOT NULL,
    revision bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.mailed_link (
    id uuid NOT NULL,
    kind text NOT NULL,
    person_id uuid NOT NULL,
    email text NOT NULL,
    secret_hash bytea NOT NULL,
    password_mark bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_mailed_link_kind CHECK ((kind = ANY (ARRAY['password'::text, 'address'::text])))
);

CREATE TABLE public.membership (
    workspace_id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text,
    joined_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_membership_ck_membership_role CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text])))
);

CREATE TABLE public.passkey (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    transports text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

CREATE TABLE public.person (
    id uuid NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    email text,
    password_hash text,
    is_admin boolean NOT NULL,
    placeholder boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    suspended_at timestamp with time zone,
    email_proved_at timestamp with time zone
);

CREATE UNLOGGED TABLE public.presence (
    connection_id uuid NOT NULL,
    person_id uuid NOT NULL,
    topic text NOT NULL,
    task_id uuid,
    typing boolean NOT NULL,
    since timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.project (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    description text NOT NULL,
    visibility text NOT NULL,
    last_number integer NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT ck_project_ck_project_visibility CHECK ((visibility = ANY (ARRAY['workspace'::text, 'private'::text])))
);

CREATE TABLE public.project_member (
    project_id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL,
    since timestamp with time zone NOT NULL,
    only_assigned boolean NOT NULL,
    CONSTRAINT ck_project_member_ck_project_member_only_assigned CHECK (((NOT only_assigned) OR (role <> 'admin'::text))),
    CONSTRAINT ck_project_member_ck_project_member_role CHECK ((role = ANY (ARRAY['viewer'::text, 'commenter'::text, 'member'::text, 'admin'::text])))
);

CREATE TABLE public.recovery_code (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sign_in (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    user_agent text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sign_in_ticket (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    password_mark bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sign_in_under_way (
    state_hash bytea NOT NULL,
    browser_hash bytea NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    target text NOT NULL,
    person_id uuid,
    session_id uuid,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.span (
    topic text NOT NULL,
    noun text NOT NULL,
    entity_id uuid NOT NULL,
    since bigint NOT NULL,
    until bigint NOT NULL,
    data jsonb NOT NULL,
    state_id text GENERATED ALWAYS AS (
CASE
    WHEN (noun = 'task'::text) THEN (data ->> 'state_id'::text)
    ELSE NULL::text
END) STORED,
    rank character varying GENERATED ALWAYS AS (
CASE
    WHEN (noun = 'task'::text) THEN (data ->> 'rank'::text)
    ELSE NULL::text
END) STORED COLLATE pg_catalog."C"
);

CREATE TABLE public.state (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    category text NOT NULL,
    rank character varying NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    CONSTRAINT ck_state_ck_state_category CHECK ((category = ANY (ARRAY['backlog'::text, 'todo'::text, 'doing'::text, 'done'::text, 'cancelled'::text])))
);

CREATE TABLE public.task (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    number integer NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    description_html text NOT NULL,
    state_id uuid NOT NULL,
    priority smallint NOT NULL,
    rank character varying NOT NULL COLLATE pg_catalog."C",
    parent_id uuid,
    start_on date,
    due_on date,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    version integer NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT ck_task_ck_task_not_its_own_parent CHECK ((parent_id <> id)),
    CONSTRAINT ck_task_ck_task_priority CHECK (((priority >= 0) AND (priority <= 4))),
    CONSTRAINT ck_task_ck_task_starts_before_due CHECK ((start_on <= due_on))
);

CREATE TABLE public.task_assignee (
    task_id uuid NOT NULL,
    person_id uuid NOT NULL
);

CREATE TABLE public.task_label (
    task_id uuid NOT NULL,
    label_id uuid NOT NULL,
    project_id uuid NOT NULL
);

CREATE TABLE public.timeline (
    topic text NOT NULL,
    told_from bigint NOT NULL,
    told_until bigint NOT NULL,
    kept_from bigint NOT NULL
);

CREATE VIEW public.told AS
 SELECT happened.topic,
    happened.revision,
    happened."position",
    split_part(happened.kind, '.'::text, 1) AS noun,
    happened.entity_id,
    (happened.before IS NULL) AS fresh,
        CASE
            WHEN (happened.kind ~~ 'task.%'::text) THEN (happened.after - '{description,description_html}'::text[])
            WHEN (happened.kind ~~ 'comment.%'::text) THEN (happened.after - 'body_html'::text)
            ELSE happened.after
        END AS data
   FROM public.happened
  WHERE (split_part(happened.kind, '.'::text, 1) = ANY (ARRAY['project'::text, 'state'::text, 'label'::text, 'task'::text, 'comment'::text]))
UNION ALL
 SELECT happened.topic,
    happened.revision,
    happened."position",
    'text'::text AS noun,
    happened.entity_id,
    (happened.before IS NULL) AS fresh,
        CASE
            WHEN (happened.after IS NOT NULL) THEN jsonb_build_object('description', (happened.after -> 'description'::text))
            ELSE NULL::jsonb
        END AS data
   FROM public.happened
  WHERE ((happened.kind ~~ 'task.%'::text) AND ((happened.after IS NULL) OR (happened.after ? 'description'::text)));

CREATE TABLE public.topic (
    name text NOT NULL,
    revision bigint NOT NULL,
    last_at timestamp with time zone NOT NULL
);

CREATE TABLE public.tries (
    about text NOT NULL,
    count integer NOT NULL,
    last_at timestamp with time zone NOT NULL
);

CREATE TABLE public.workspace (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    version integer NOT NULL
);

ALTER TABLE ONLY public.instance ALTER COLUMN id SET DEFAULT nextval('public.instance_id_seq'::regclass);

INSERT INTO public.alembic_version VALUES ('2026_11_23_restricted');

INSERT INTO public.api_token VALUES ('01a2087a-4367-77a1-aed1-8fac44a1e79a', '01a20556-72ee-7391-a553-ba07dd0c6342', 'reads', '\x2989777f12ac8e10db3e3028c474e06153f475f4478da783745da36dcd3bb31f', '2026-11-23 12:56:00.103176+00', NULL, '2035-02-09 12:56:00.103176+00', '{read}');

INSERT INTO public.audit_entry VALUES ('01a2087a-432d-71d8-868d-f780f0206e16', '2026-11-23 12:56:00.045477+00', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', 'session.created', '01a2087a-4329-760f-b75d-b36bfaf6335d', NULL, '127.0.0.1', '{}');
INSERT INTO public.audit_entry VALUES ('01a2087a-4367-77a1-aed1-8fad66d3a317', '2026-11-23 12:56:00.103716+00', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', 'token.created', '01a2087a-4367-77a1-aed1-8fac44a1e79a', NULL, '127.0.0.1', '{"name": "reads", "scopes": ["read"], "expires_at": "2035-02-09T12:56:00.103176Z"}');
INSERT INTO public.audit_entry VALUES ('01a2087a-438c-759c-a50c-85ad885e74a5', '2026-11-23 12:56:00.140525+00', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', 'invitation.created', '01a2087a-438c-759c-a50c-85acd5eb068a', '01a20556-72f7-75bf-9b36-1bf38862bece', '127.0.0.1', '{"role": "member"}');
INSERT INTO public.audit_entry VALUES ('01a2087a-43bb-7575-a3b3-293f3ed29731', '2026-11-23 12:56:00.187518+00', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 'web', 'account.created', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', NULL, '127.0.0.1', '{}');
INSERT INTO public.audit_entry VALUES ('01a2087a-43be-77af-9d4c-88e55b6cce19', '2026-11-23 12:56:00.190027+00', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 'web', 'session.created', '01a2087a-43bc-7565-a90c-409584cbb4bd', NULL, '127.0.0.1', '{}');
INSERT INTO public.audit_entry VALUES ('01a2087a-43c3-7403-beef-f186cab1c98e', '2026-11-23 12:56:00.195688+00', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 'web', 'invitation.accepted', '01a2087a-438c-759c-a50c-85acd5eb068a', '01a20556-72f7-75bf-9b36-1bf38862bece', '127.0.0.1', '{"role": "member"}');
INSERT INTO public.audit_entry VALUES ('01a2087a-43e2-7791-af4d-b32698e6478f', '2026-11-23 12:56:00.226324+00', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', 'project_member.set', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', '01a20556-72f7-75bf-9b36-1bf38862bece', '127.0.0.1', '{"role": "member", "before": null, "project_id": "01a20556-7303-7245-8189-da1044caef5b", "only_assigned": true}');

INSERT INTO public.change_set VALUES ('01a20556-72f2-749d-a2d7-db441d453d7e', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.408579+00', NULL);
INSERT INTO public.change_set VALUES ('01a20556-739c-7049-99f3-4f7f0ca0b050', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.510819+00', NULL);
INSERT INTO public.change_set VALUES ('01a20556-73ac-73f7-baea-c8390cc953a8', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.58405+00', NULL);
INSERT INTO public.change_set VALUES ('01a20556-73fe-75a1-a82f-7cf00e5566d0', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.620012+00', NULL);
INSERT INTO public.change_set VALUES ('01a20556-7424-70ea-9b2b-552d8a61f67b', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.652832+00', NULL);
INSERT INTO public.change_set VALUES ('01a20556-7440-764c-a447-ad9d016c92dd', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.673913+00', NULL);
INSERT INTO public.change_set VALUES ('01a20556-7450-7124-95f6-64d228e5fc6c', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.689431+00', NULL);
INSERT INTO public.change_set VALUES ('01a2060c-4556-7711-bad1-8da4135ea87a', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 01:36:37.368484+00', NULL);
INSERT INTO public.change_set VALUES ('01a2060c-4694-70c0-b2c2-4bac0b457a42', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 01:36:37.584747+00', NULL);
INSERT INTO public.change_set VALUES ('01a2060c-46eb-77df-aae6-cedcb2cf6eac', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 01:36:37.640561+00', NULL);
INSERT INTO public.change_set VALUES ('01a2060c-4711-7792-994f-a2949f7a67d6', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 01:36:37.703963+00', NULL);
INSERT INTO public.change_set VALUES ('01a2060c-4771-72bd-b4a4-4e41c382e2c7', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 01:36:37.806965+00', '01a2060c-4711-7792-994f-a2949f7a67d6');
INSERT INTO public.change_set VALUES ('01a2060c-47bb-7502-932a-73a1cc948091', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 01:36:37.84984+00', NULL);
INSERT INTO public.change_set VALUES ('01a2060c-480a-7130-9a6a-03b8cff58013', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 01:36:37.915624+00', NULL);
INSERT INTO public.change_set VALUES ('01a2060c-4824-7787-8f0d-e49bf4923918', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 01:36:37.928551+00', NULL);
INSERT INTO public.change_set VALUES ('01a2087a-4324-7678-8b8a-cb4da5ff610a', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 12:56:00.052982+00', NULL);
INSERT INTO public.change_set VALUES ('01a2087a-4362-73b7-bcd3-f5cdef5e6dcc', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 12:56:00.107069+00', NULL);
INSERT INTO public.change_set VALUES ('01a2087a-4385-730f-923e-ab69d39b3ef7', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 12:56:00.143988+00', NULL);
INSERT INTO public.change_set VALUES ('01a2087a-43bb-7575-a3b3-293e6c98d5f6', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 'web', NULL, NULL, '2026-11-23 12:56:00.199361+00', NULL);
INSERT INTO public.change_set VALUES ('01a2087a-43d6-748f-a5c1-daf81bfc4389', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-23 12:56:00.22711+00', NULL);

INSERT INTO public.comment VALUES ('01a20556-7443-7021-8a1c-bb1493accd7a', '01a20556-731f-77f9-adb9-70eb7ff79963', '01a20556-7303-7245-8189-da1044caef5b', '01a20556-72ee-7391-a553-ba07dd0c6342', 'A **comment**', '<p>A <strong>comment</strong></p>
', '2026-11-22 22:18:01.667212+00', '2026-11-22 22:18:01.667212+00', 1, NULL);
INSERT INTO public.comment VALUES ('01a2060c-46f8-7786-9f08-a57f7617e39f', '01a2060c-46ae-7696-b0dd-6bb67c81ec6b', '01a20556-7303-7245-8189-da1044caef5b', '01a20556-72ee-7391-a553-ba07dd0c6342', 'Said before it went', '<p>Said before it went</p>
', '2026-11-23 01:36:37.624324+00', '2026-11-23 01:36:37.624324+00', 1, NULL);

INSERT INTO public.event VALUES ('person:01a20556-72ee-7391-a553-ba07dd0c6342', 1, '01a20556-72f2-749d-a2d7-db441d453d7e', 'session.created', '01a20556-72f2-749d-a2d7-db4552228d8d', NULL, '{"id": "01a20556-72f2-749d-a2d7-db4552228d8d", "created_at": "2026-11-22T22:18:01.330769Z", "user_agent": "python-httpx2/2.16.2", "last_seen_at": "2026-11-22T22:18:01.330769Z"}', '2026-11-22 22:18:01.411759+00');
INSERT INTO public.event VALUES ('person:01a20556-72ee-7391-a553-ba07dd0c6342', 2, '01a20556-72f2-749d-a2d7-db441d453d7e', 'access.changed', '01a20556-72f7-75bf-9b36-1bf38862bece', '{"role": null, "workspace_id": "01a20556-72f7-75bf-9b36-1bf38862bece"}', '{"role": "owner", "workspace_id": "01a20556-72f7-75bf-9b36-1bf38862bece"}', '2026-11-22 22:18:01.41176+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 1, '01a20556-72f2-749d-a2d7-db441d453d7e', 'project.created', '01a20556-7303-7245-8189-da1044caef5b', NULL, '{"id": "01a20556-7303-7245-8189-da1044caef5b", "key": "FL", "name": "First light", "version": 1, "created_at": "2026-11-22T22:18:01.347347+00:00", "updated_at": "2026-11-22T22:18:01.347347+00:00", "visibility": "workspace", "description": "", "workspace_id": "01a20556-72f7-75bf-9b36-1bf38862bece"}', '2026-11-22 22:18:01.412967+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 2, '01a20556-72f2-749d-a2d7-db441d453d7e', 'task.created', '01a20556-731f-77f9-adb9-70eb7ff79963', NULL, '{"id": "01a20556-731f-77f9-adb9-70eb7ff79963", "rank": "a0", "title": "Drag this card to another column", "due_on": null, "number": 1, "version": 1, "human_id": "FL-1", "priority": 3, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-22T22:18:01.375959+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.375959+00:00", "description": "A column is a state of the work. Drag the card, or use **Move to…** from its menu if you work with the keyboard.\n\nEverybody who looks at this board sees the card move at once.", "assignee_ids": [], "completed_at": null, "description_html": "<p>A column is a state of the work. Drag the card, or use <strong>Move to…</strong> from its menu if you work with the keyboard.</p>\n<p>Everybody who looks at this board sees the card move at once.</p>\n"}', '2026-11-22 22:18:01.412968+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 3, '01a20556-72f2-749d-a2d7-db441d453d7e', 'task.created', '01a20556-7333-761f-b777-fda80ffafeca', NULL, '{"id": "01a20556-7333-761f-b777-fda80ffafeca", "rank": "a1", "title": "Open me, and change something", "due_on": null, "number": 2, "version": 1, "human_id": "FL-2", "priority": 2, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-22T22:18:01.39511+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.39511+00:00", "description": "Descriptions are written in Markdown:\n\n- lists, **bold**, `code`, [links](https://commonmark.org/help/)\n- every field saves by itself, and two people can edit one task: different fields merge, and if you both change the same one, the second is shown what the first wrote\n\nSet a due date and assign yourself: the task then shows up under **My work**.", "assignee_ids": [], "completed_at": null, "description_html": "<p>Descriptions are written in Markdown:</p>\n<ul>\n<li>lists, <strong>bold</strong>, <code>code</code>, <a href=\"https://commonmark.org/help/\" rel=\"noopener noreferrer nofollow\">links</a></li>\n<li>every field saves by itself, and two people can edit one task: different fields merge, and if you both change the same one, the second is shown what the first wrote</li>\n</ul>\n<p>Set a due date and assign yourself: the task then shows up under <strong>My work</strong>.</p>\n"}', '2026-11-22 22:18:01.412969+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 4, '01a20556-72f2-749d-a2d7-db441d453d7e', 'task.created', '01a20556-7339-7481-8f3d-d1b23c0301c6', NULL, '{"id": "01a20556-7339-7481-8f3d-d1b23c0301c6", "rank": "a2", "title": "Invite somebody to work with you", "due_on": null, "number": 3, "version": 1, "human_id": "FL-3", "priority": 0, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-22T22:18:01.401929+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.401929+00:00", "description": "Under **People and settings**, make an invitation link and send it to a colleague. It works once, for fourteen days.\n\nThen open this board on both screens.", "assignee_ids": [], "completed_at": null, "description_html": "<p>Under <strong>People and settings</strong>, make an invitation link and send it to a colleague. It works once, for fourteen days.</p>\n<p>Then open this board on both screens.</p>\n"}', '2026-11-22 22:18:01.41297+00');
INSERT INTO public.event VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 1, '01a20556-72f2-749d-a2d7-db441d453d7e', 'workspace.created', '01a20556-72f7-75bf-9b36-1bf38862bece', NULL, '{"id": "01a20556-72f7-75bf-9b36-1bf38862bece", "name": "Release", "slug": "release", "version": 1, "created_at": "2026-11-22T22:18:01.335458Z", "updated_at": "2026-11-22T22:18:01.335458Z"}', '2026-11-22 22:18:01.413621+00');
INSERT INTO public.event VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 2, '01a20556-72f2-749d-a2d7-db441d453d7e', 'member.joined', '01a20556-72ee-7391-a553-ba07dd0c6342', NULL, '{"name": "Ada", "role": "owner", "email": "ada@example.org", "person_id": "01a20556-72ee-7391-a553-ba07dd0c6342", "placeholder": false}', '2026-11-22 22:18:01.413622+00');
INSERT INTO public.event VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 3, '01a20556-72f2-749d-a2d7-db441d453d7e', 'project.created', '01a20556-7303-7245-8189-da1044caef5b', NULL, '{"id": "01a20556-7303-7245-8189-da1044caef5b", "key": "FL", "name": "First light", "version": 1, "created_at": "2026-11-22T22:18:01.347347+00:00", "updated_at": "2026-11-22T22:18:01.347347+00:00", "visibility": "workspace", "description": "", "workspace_id": "01a20556-72f7-75bf-9b36-1bf38862bece"}', '2026-11-22 22:18:01.413623+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 5, '01a20556-739c-7049-99f3-4f7f0ca0b050', 'label.created', '01a20556-73a1-7111-8665-4ed29b742db1', NULL, '{"id": "01a20556-73a1-7111-8665-4ed29b742db1", "name": "bug", "color": "red", "version": 1, "project_id": "01a20556-7303-7245-8189-da1044caef5b"}', '2026-11-22 22:18:01.511743+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 6, '01a20556-73ac-73f7-baea-c8390cc953a8', 'task.changed', '01a20556-731f-77f9-adb9-70eb7ff79963', '{"title": "Drag this card to another column", "due_on": null, "version": 1, "label_ids": [], "updated_at": "2026-11-22T22:18:01.375959+00:00", "assignee_ids": []}', '{"title": "Übermorgen 登录", "due_on": "2026-12-24", "version": 2, "label_ids": ["01a20556-73a1-7111-8665-4ed29b742db1"], "updated_at": "2026-11-22T22:18:01.547171+00:00", "assignee_ids": ["01a20556-72ee-7391-a553-ba07dd0c6342"]}', '2026-11-22 22:18:01.586168+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 7, '01a20556-73fe-75a1-a82f-7cf00e5566d0', 'task.changed', '01a20556-7333-761f-b777-fda80ffafeca', '{"rank": "a1", "version": 1, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "updated_at": "2026-11-22T22:18:01.39511+00:00", "completed_at": null}', '{"rank": "a3", "version": 2, "state_id": "01a20556-7306-7209-94ec-f57ecd771d2c", "updated_at": "2026-11-22T22:18:01.612223+00:00", "completed_at": "2026-11-22T22:18:01.612161+00:00"}', '2026-11-22 22:18:01.620927+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 16, '01a2087a-43d6-748f-a5c1-daf81bfc4389', 'member.joined', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', NULL, '{"role": "member", "person_id": "01a2087a-43b7-72fb-bfaa-eb6eaafddc50", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "only_assigned": true}', '2026-11-23 12:56:00.228351+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 8, '01a20556-7424-70ea-9b2b-552d8a61f67b', 'task.deleted', '01a20556-7339-7481-8f3d-d1b23c0301c6', '{"id": "01a20556-7339-7481-8f3d-d1b23c0301c6", "rank": "a2", "title": "Invite somebody to work with you", "due_on": null, "number": 3, "version": 1, "human_id": "FL-3", "priority": 0, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-22T22:18:01.401929+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.401929+00:00", "description": "Under **People and settings**, make an invitation link and send it to a colleague. It works once, for fourteen days.\n\nThen open this board on both screens.", "assignee_ids": [], "completed_at": null, "description_html": "<p>Under <strong>People and settings</strong>, make an invitation link and send it to a colleague. It works once, for fourteen days.</p>\n<p>Then open this board on both screens.</p>\n"}', NULL, '2026-11-22 22:18:01.653638+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 9, '01a20556-7440-764c-a447-ad9d016c92dd', 'comment.created', '01a20556-7443-7021-8a1c-bb1493accd7a', NULL, '{"id": "01a20556-7443-7021-8a1c-bb1493accd7a", "body": "A **comment**", "task_id": "01a20556-731f-77f9-adb9-70eb7ff79963", "version": 1, "author_id": "01a20556-72ee-7391-a553-ba07dd0c6342", "body_html": "<p>A <strong>comment</strong></p>\n", "created_at": "2026-11-22T22:18:01.667212+00:00", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.667212+00:00"}', '2026-11-22 22:18:01.674907+00');
INSERT INTO public.event VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 4, '01a20556-7450-7124-95f6-64d228e5fc6c', 'invitation.created', '01a20556-7457-7200-9d33-312ec09fd5f5', NULL, '{"id": "01a20556-7457-7200-9d33-312ec09fd5f5", "role": "member", "created_at": "2026-11-22T22:18:01.683900Z", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "expires_at": "2026-12-06T22:18:01.683900Z"}', '2026-11-22 22:18:01.690141+00');
INSERT INTO public.event VALUES ('person:01a20556-72ee-7391-a553-ba07dd0c6342', 3, '01a2060c-4556-7711-bad1-8da4135ea87a', 'session.created', '01a2060c-4558-769a-8376-2505b75c275e', NULL, '{"id": "01a2060c-4558-769a-8376-2505b75c275e", "created_at": "2026-11-23T01:36:37.208703Z", "user_agent": "python-httpx2/2.16.2", "last_seen_at": "2026-11-23T01:36:37.208703Z"}', '2026-11-23 01:36:37.375324+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 10, '01a2060c-4694-70c0-b2c2-4bac0b457a42', 'task.created', '01a2060c-46ae-7696-b0dd-6bb67c81ec6b', NULL, '{"id": "01a2060c-46ae-7696-b0dd-6bb67c81ec6b", "rank": "a4", "title": "For the trash", "due_on": null, "number": 4, "version": 1, "human_id": "FL-4", "priority": 0, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-23T01:36:37.550526+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-23T01:36:37.550526+00:00", "description": "Gone soon", "assignee_ids": [], "completed_at": null, "description_html": "<p>Gone soon</p>\n"}', '2026-11-23 01:36:37.58662+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 11, '01a2060c-46eb-77df-aae6-cedcb2cf6eac', 'comment.created', '01a2060c-46f8-7786-9f08-a57f7617e39f', NULL, '{"id": "01a2060c-46f8-7786-9f08-a57f7617e39f", "body": "Said before it went", "task_id": "01a2060c-46ae-7696-b0dd-6bb67c81ec6b", "version": 1, "author_id": "01a20556-72ee-7391-a553-ba07dd0c6342", "body_html": "<p>Said before it went</p>\n", "created_at": "2026-11-23T01:36:37.624324+00:00", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-23T01:36:37.624324+00:00"}', '2026-11-23 01:36:37.642231+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 12, '01a2060c-4711-7792-994f-a2949f7a67d6', 'task.changed', '01a2060c-46ae-7696-b0dd-6bb67c81ec6b', '{"version": 1, "priority": 0, "updated_at": "2026-11-23T01:36:37.550526+00:00"}', '{"version": 2, "priority": 2, "updated_at": "2026-11-23T01:36:37.692952+00:00"}', '2026-11-23 01:36:37.705831+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 13, '01a2060c-4771-72bd-b4a4-4e41c382e2c7', 'task.changed', '01a2060c-46ae-7696-b0dd-6bb67c81ec6b', '{"version": 2, "priority": 2, "updated_at": "2026-11-23T01:36:37.692952+00:00"}', '{"version": 3, "priority": 0, "updated_at": "2026-11-23T01:36:37.792307+00:00"}', '2026-11-23 01:36:37.810532+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 14, '01a2060c-47bb-7502-932a-73a1cc948091', 'task.deleted', '01a2060c-46ae-7696-b0dd-6bb67c81ec6b', '{"id": "01a2060c-46ae-7696-b0dd-6bb67c81ec6b", "rank": "a4", "title": "For the trash", "due_on": null, "number": 4, "version": 3, "human_id": "FL-4", "priority": 0, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-23T01:36:37.550526+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-23T01:36:37.792307+00:00", "description": "Gone soon", "assignee_ids": [], "completed_at": null}', NULL, '2026-11-23 01:36:37.851927+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 15, '01a2060c-480a-7130-9a6a-03b8cff58013', 'label.created', '01a2060c-480e-7663-9d10-932be71c0628', NULL, '{"id": "01a2060c-480e-7663-9d10-932be71c0628", "name": "later", "color": "teal", "version": 1, "project_id": "01a20556-7303-7245-8189-da1044caef5b"}', '2026-11-23 01:36:37.917705+00');
INSERT INTO public.event VALUES ('person:01a20556-72ee-7391-a553-ba07dd0c6342', 4, '01a2060c-4824-7787-8f0d-e49bf4923918', 'session.ended', '01a2060c-4558-769a-8376-2505b75c275e', NULL, '{"except": null, "session_id": "01a2060c-4558-769a-8376-2505b75c275e"}', '2026-11-23 01:36:37.930404+00');
INSERT INTO public.event VALUES ('person:01a20556-72ee-7391-a553-ba07dd0c6342', 5, '01a2087a-4324-7678-8b8a-cb4da5ff610a', 'session.created', '01a2087a-4329-760f-b75d-b36bfaf6335d', NULL, '{"id": "01a2087a-4329-760f-b75d-b36bfaf6335d", "created_at": "2026-11-23T12:56:00.041223Z", "user_agent": "python-httpx2/2.16.2", "last_seen_at": "2026-11-23T12:56:00.041223Z"}', '2026-11-23 12:56:00.056375+00');
INSERT INTO public.event VALUES ('person:01a20556-72ee-7391-a553-ba07dd0c6342', 6, '01a2087a-4362-73b7-bcd3-f5cdef5e6dcc', 'token.created', '01a2087a-4367-77a1-aed1-8fac44a1e79a', NULL, '{"id": "01a2087a-4367-77a1-aed1-8fac44a1e79a", "name": "reads", "scopes": ["read"], "created_at": "2026-11-23T12:56:00.103176Z", "expires_at": "2035-02-09T12:56:00.103176Z", "last_used_at": null}', '2026-11-23 12:56:00.107976+00');
INSERT INTO public.event VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 5, '01a2087a-4385-730f-923e-ab69d39b3ef7', 'invitation.created', '01a2087a-438c-759c-a50c-85acd5eb068a', NULL, '{"id": "01a2087a-438c-759c-a50c-85acd5eb068a", "role": "member", "created_at": "2026-11-23T12:56:00.137083Z", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "expires_at": "2026-12-07T12:56:00.137083Z"}', '2026-11-23 12:56:00.144924+00');
INSERT INTO public.event VALUES ('person:01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 1, '01a2087a-43bb-7575-a3b3-293e6c98d5f6', 'session.created', '01a2087a-43bc-7565-a90c-409584cbb4bd', NULL, '{"id": "01a2087a-43bc-7565-a90c-409584cbb4bd", "created_at": "2026-11-23T12:56:00.188281Z", "user_agent": "python-httpx2/2.16.2", "last_seen_at": "2026-11-23T12:56:00.188281Z"}', '2026-11-23 12:56:00.200332+00');
INSERT INTO public.event VALUES ('person:01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 2, '01a2087a-43bb-7575-a3b3-293e6c98d5f6', 'access.changed', '01a20556-72f7-75bf-9b36-1bf38862bece', '{"role": null, "workspace_id": "01a20556-72f7-75bf-9b36-1bf38862bece"}', '{"role": "member", "workspace_id": "01a20556-72f7-75bf-9b36-1bf38862bece"}', '2026-11-23 12:56:00.200333+00');
INSERT INTO public.event VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 6, '01a2087a-43bb-7575-a3b3-293e6c98d5f6', 'invitation.removed', '01a2087a-438c-759c-a50c-85acd5eb068a', '{"id": "01a2087a-438c-759c-a50c-85acd5eb068a", "role": "member", "created_at": "2026-11-23T12:56:00.137083Z", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "expires_at": "2026-12-07T12:56:00.137083Z"}', NULL, '2026-11-23 12:56:00.20098+00');
INSERT INTO public.event VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 7, '01a2087a-43bb-7575-a3b3-293e6c98d5f6', 'member.joined', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', NULL, '{"name": "Ben", "role": "member", "email": "ben@example.org", "person_id": "01a2087a-43b7-72fb-bfaa-eb6eaafddc50", "suspended": false, "placeholder": false}', '2026-11-23 12:56:00.200981+00');
INSERT INTO public.event VALUES ('person:01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 3, '01a2087a-43d6-748f-a5c1-daf81bfc4389', 'access.changed', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', NULL, '{"project_id": "01a20556-7303-7245-8189-da1044caef5b"}', '2026-11-23 12:56:00.227964+00');

INSERT INTO public.instance VALUES (1, false, NULL, '2026-11-22 22:17:59.964705+00');

INSERT INTO public.invitation VALUES ('01a20556-7457-7200-9d33-312ec09fd5f5', '01a20556-72f7-75bf-9b36-1bf38862bece', 'member', '\x4001e81af564a6a56e03a248a5125e2584fde435eb9fc83369231401103084d8', '01a20556-72ee-7391-a553-ba07dd0c6342', '2026-11-22 22:18:01.6839+00', '2026-12-06 22:18:01.6839+00', NULL, NULL, NULL);
INSERT INTO public.invitation VALUES ('01a2087a-438c-759c-a50c-85acd5eb068a', '01a20556-72f7-75bf-9b36-1bf38862bece', 'member', '\x5eeafb5957838f66fd222769aa49d0595d517150558ec9682b9857e9e9ea722d', '01a20556-72ee-7391-a553-ba07dd0c6342', '2026-11-23 12:56:00.137083+00', '2026-12-07 12:56:00.137083+00', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', NULL, NULL);

INSERT INTO public.kept_answer VALUES ('01a20556-72ee-7391-a553-ba07dd0c6342', 'one', '\x542c4d7a9673d76a72bd0c94902de10ed010371e4bc9f1d1dc7dadc51fa304b6', 201, '{"etag": "\"v1\"", "content-type": "application/json", "headway-change": "01a2060c-4694-70c0-b2c2-4bac0b457a42"}', '\x7b22696422203a202230316132303630632d343661652d373639362d623064642d366262363763383165633662222c202270726f6a6563745f696422203a202230316132303535362d373330332d373234352d383138392d646131303434636165663562222c20226e756d62657222203a20342c202268756d616e5f696422203a2022464c2d34222c20227469746c6522203a2022466f7220746865207472617368222c202273746174655f696422203a202230316132303535362d373330362d373230392d393465632d663537636661656334393864222c20227072696f7269747922203a20302c202272616e6b22203a20226134222c2022706172656e745f696422203a206e756c6c2c202273746172745f6f6e22203a206e756c6c2c20226475655f6f6e22203a206e756c6c2c20226c6162656c5f69647322203a205b5d2c202261737369676e65655f69647322203a205b5d2c2022637265617465645f627922203a202230316132303535362d373265652d373339312d613535332d626130376464306336333432222c2022637265617465645f617422203a2022323032362d31312d32335430313a33363a33372e3535303532362b30303a3030222c2022757064617465645f617422203a2022323032362d31312d32335430313a33363a33372e3535303532362b30303a3030222c2022636f6d706c657465645f617422203a206e756c6c2c202276657273696f6e22203a20312c20226465736372697074696f6e22203a2022476f6e6520736f6f6e222c20226465736372697074696f6e5f68746d6c22203a20223c703e476f6e6520736f6f6e3c2f703e5c6e227d', '2026-11-23 01:36:37.520756+00');

INSERT INTO public.label VALUES ('01a20556-73a1-7111-8665-4ed29b742db1', '01a20556-7303-7245-8189-da1044caef5b', 'bug', 'bug', 'red', 1);
INSERT INTO public.label VALUES ('01a2060c-480e-7663-9d10-932be71c0628', '01a20556-7303-7245-8189-da1044caef5b', 'later', 'later', 'teal', 1);

INSERT INTO public.last_look VALUES ('01a20556-72ee-7391-a553-ba07dd0c6342', '01a20556-7303-7245-8189-da1044caef5b', 9, '2026-11-23 01:36:37.870616+00');

INSERT INTO public.membership VALUES ('01a20556-72f7-75bf-9b36-1bf38862bece', '01a20556-72ee-7391-a553-ba07dd0c6342', 'owner', '2026-11-22 22:18:01.335458+00');
INSERT INTO public.membership VALUES ('01a20556-72f7-75bf-9b36-1bf38862bece', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 'member', '2026-11-23 12:56:00.190715+00');

INSERT INTO public.person VALUES ('01a20556-72ee-7391-a553-ba07dd0c6342', 'Ada', 'ada', 'ada@example.org', '$argon2id$v=19$m=19456,t=2,p=1$MPZF3h5o65F8m3pkyoKE/A$WXg6pb4UBZxBxEcGEkH+sY22F1w0Q22QIx9b0uAzstM', true, false, '2026-11-22 22:18:01.326412+00', NULL, NULL);
INSERT INTO public.person VALUES ('01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 'Ben', 'ben', 'ben@example.org', '$argon2id$v=19$m=19456,t=2,p=1$HEFbDo7bbZrpJ6XU06FIPg$3mDoqs/6idS0/uvSNMuQvoq99tocSnD44LsXRWqhcP4', false, false, '2026-11-23 12:56:00.183886+00', NULL, NULL);

INSERT INTO public.project VALUES ('01a20556-7303-7245-8189-da1044caef5b', '01a20556-72f7-75bf-9b36-1bf38862bece', 'FL', 'First light', 'first light', '', 'workspace', 4, '01a20556-72ee-7391-a553-ba07dd0c6342', '2026-11-22 22:18:01.347347+00', '2026-11-22 22:18:01.347347+00', 1, NULL);

INSERT INTO public.project_member VALUES ('01a20556-7303-7245-8189-da1044caef5b', '01a20556-72ee-7391-a553-ba07dd0c6342', 'admin', '2026-11-23 01:36:36.850072+00', false);
INSERT INTO public.project_member VALUES ('01a20556-7303-7245-8189-da1044caef5b', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 'member', '2026-11-23 12:56:00.224517+00', true);

INSERT INTO public.sign_in VALUES ('01a20556-72f2-749d-a2d7-db4552228d8d', '01a20556-72ee-7391-a553-ba07dd0c6342', '\xe9b588888e8141f1bbe9eb73d60c50bec9df0ee15ad7593e910457980cb49e08', 'python-httpx2/2.16.2', '2026-11-22 22:18:01.330769+00', '2026-11-22 22:18:01.330769+00', '2026-12-22 22:18:01.330769+00');
INSERT INTO public.sign_in VALUES ('01a2087a-4329-760f-b75d-b36bfaf6335d', '01a20556-72ee-7391-a553-ba07dd0c6342', '\x3622077245c516b987ba307e5609f52c43e5db63396badb85312a20f595fe9a1', 'python-httpx2/2.16.2', '2026-11-23 12:56:00.041223+00', '2026-11-23 12:56:00.041223+00', '2026-12-23 12:56:00.041223+00');
INSERT INTO public.sign_in VALUES ('01a2087a-43bc-7565-a90c-409584cbb4bd', '01a2087a-43b7-72fb-bfaa-eb6eaafddc50', '\xf822768a219ed9001d5f8939ef7919d328b357c9a498386af9edb4c85fc1bc19', 'python-httpx2/2.16.2', '2026-11-23 12:56:00.188281+00', '2026-11-23 12:56:00.188281+00', '2026-12-23 12:56:00.188281+00');

INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'project', '01a20556-7303-7245-8189-da1044caef5b', 9, 9223372036854775807, '{"id": "01a20556-7303-7245-8189-da1044caef5b", "key": "FL", "name": "First light", "version": 1, "created_at": "2026-11-22T22:18:01.347347+00:00", "updated_at": "2026-11-22T22:18:01.347347+00:00", "visibility": "workspace", "description": "", "workspace_id": "01a20556-72f7-75bf-9b36-1bf38862bece"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'state', '01a20556-7306-7209-94ec-f57b03f51313', 9, 9223372036854775807, '{"id": "01a20556-7306-7209-94ec-f57b03f51313", "name": "Backlog", "rank": "a0", "version": 1, "category": "backlog", "project_id": "01a20556-7303-7245-8189-da1044caef5b"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'state', '01a20556-7306-7209-94ec-f57cfaec498d', 9, 9223372036854775807, '{"id": "01a20556-7306-7209-94ec-f57cfaec498d", "name": "To do", "rank": "a1", "version": 1, "category": "todo", "project_id": "01a20556-7303-7245-8189-da1044caef5b"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'state', '01a20556-7306-7209-94ec-f57db78eaf40', 9, 9223372036854775807, '{"id": "01a20556-7306-7209-94ec-f57db78eaf40", "name": "In progress", "rank": "a2", "version": 1, "category": "doing", "project_id": "01a20556-7303-7245-8189-da1044caef5b"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'state', '01a20556-7306-7209-94ec-f57ecd771d2c', 9, 9223372036854775807, '{"id": "01a20556-7306-7209-94ec-f57ecd771d2c", "name": "Done", "rank": "a3", "version": 1, "category": "done", "project_id": "01a20556-7303-7245-8189-da1044caef5b"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'state', '01a20556-7306-7209-94ec-f57f09bc1c35', 9, 9223372036854775807, '{"id": "01a20556-7306-7209-94ec-f57f09bc1c35", "name": "Cancelled", "rank": "a4", "version": 1, "category": "cancelled", "project_id": "01a20556-7303-7245-8189-da1044caef5b"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'label', '01a20556-73a1-7111-8665-4ed29b742db1', 9, 9223372036854775807, '{"id": "01a20556-73a1-7111-8665-4ed29b742db1", "name": "bug", "color": "red", "version": 1, "project_id": "01a20556-7303-7245-8189-da1044caef5b"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'comment', '01a20556-7443-7021-8a1c-bb1493accd7a', 9, 9223372036854775807, '{"id": "01a20556-7443-7021-8a1c-bb1493accd7a", "body": "A **comment**", "task_id": "01a20556-731f-77f9-adb9-70eb7ff79963", "version": 1, "author_id": "01a20556-72ee-7391-a553-ba07dd0c6342", "created_at": "2026-11-22T22:18:01.667212+00:00", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.667212+00:00"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'text', '01a20556-731f-77f9-adb9-70eb7ff79963', 9, 9223372036854775807, '{"description": "A column is a state of the work. Drag the card, or use **Move to…** from its menu if you work with the keyboard.\n\nEverybody who looks at this board sees the card move at once."}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'text', '01a20556-7333-761f-b777-fda80ffafeca', 9, 9223372036854775807, '{"description": "Descriptions are written in Markdown:\n\n- lists, **bold**, `code`, [links](https://commonmark.org/help/)\n- every field saves by itself, and two people can edit one task: different fields merge, and if you both change the same one, the second is shown what the first wrote\n\nSet a due date and assign yourself: the task then shows up under **My work**."}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'task', '01a20556-731f-77f9-adb9-70eb7ff79963', 9, 9223372036854775807, '{"id": "01a20556-731f-77f9-adb9-70eb7ff79963", "rank": "a0", "title": "Übermorgen 登录", "due_on": "2026-12-24", "number": 1, "version": 2, "human_id": "FL-1", "priority": 3, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": ["01a20556-73a1-7111-8665-4ed29b742db1"], "parent_id": null, "created_at": "2026-11-22T22:18:01.375959+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.547171+00:00", "assignee_ids": ["01a20556-72ee-7391-a553-ba07dd0c6342"], "completed_at": null}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'task', '01a20556-7333-761f-b777-fda80ffafeca', 9, 9223372036854775807, '{"id": "01a20556-7333-761f-b777-fda80ffafeca", "rank": "a3", "title": "Open me, and change something", "due_on": null, "number": 2, "version": 2, "human_id": "FL-2", "priority": 2, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57ecd771d2c", "label_ids": [], "parent_id": null, "created_at": "2026-11-22T22:18:01.39511+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.612223+00:00", "assignee_ids": [], "completed_at": "2026-11-22T22:18:01.612161+00:00"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'comment', '01a2060c-46f8-7786-9f08-a57f7617e39f', 11, 9223372036854775807, '{"id": "01a2060c-46f8-7786-9f08-a57f7617e39f", "body": "Said before it went", "task_id": "01a2060c-46ae-7696-b0dd-6bb67c81ec6b", "version": 1, "author_id": "01a20556-72ee-7391-a553-ba07dd0c6342", "created_at": "2026-11-23T01:36:37.624324+00:00", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-23T01:36:37.624324+00:00"}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'task', '01a2060c-46ae-7696-b0dd-6bb67c81ec6b', 10, 12, '{"id": "01a2060c-46ae-7696-b0dd-6bb67c81ec6b", "rank": "a4", "title": "For the trash", "due_on": null, "number": 4, "version": 1, "human_id": "FL-4", "priority": 0, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-23T01:36:37.550526+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-23T01:36:37.550526+00:00", "assignee_ids": [], "completed_at": null}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'task', '01a2060c-46ae-7696-b0dd-6bb67c81ec6b', 12, 13, '{"id": "01a2060c-46ae-7696-b0dd-6bb67c81ec6b", "rank": "a4", "title": "For the trash", "due_on": null, "number": 4, "version": 2, "human_id": "FL-4", "priority": 2, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-23T01:36:37.550526+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-23T01:36:37.692952+00:00", "assignee_ids": [], "completed_at": null}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'task', '01a2060c-46ae-7696-b0dd-6bb67c81ec6b', 13, 14, '{"id": "01a2060c-46ae-7696-b0dd-6bb67c81ec6b", "rank": "a4", "title": "For the trash", "due_on": null, "number": 4, "version": 3, "human_id": "FL-4", "priority": 0, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-23T01:36:37.550526+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-23T01:36:37.792307+00:00", "assignee_ids": [], "completed_at": null}', DEFAULT, DEFAULT);
INSERT INTO public.span VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 'text', '01a2060c-46ae-7696-b0dd-6bb67c81ec6b', 10, 14, '{"description": "Gone soon"}', DEFAULT, DEFAULT);

INSERT INTO public.state VALUES ('01a20556-7306-7209-94ec-f57b03f51313', '01a20556-7303-7245-8189-da1044caef5b', 'Backlog', 'backlog', 'a0', 1);
INSERT INTO public.state VALUES ('01a20556-7306-7209-94ec-f57cfaec498d', '01a20556-7303-7245-8189-da1044caef5b', 'To do', 'todo', 'a1', 1);
INSERT INTO public.state VALUES ('01a20556-7306-7209-94ec-f57db78eaf40', '01a20556-7303-7245-8189-da1044caef5b', 'In progress', 'doing', 'a2', 1);
INSERT INTO public.state VALUES ('01a20556-7306-7209-94ec-f57ecd771d2c', '01a20556-7303-7245-8189-da1044caef5b', 'Done', 'done', 'a3', 1);
INSERT INTO public.state VALUES ('01a20556-7306-7209-94ec-f57f09bc1c35', '01a20556-7303-7245-8189-da1044caef5b', 'Cancelled', 'cancelled', 'a4', 1);

INSERT INTO public.task VALUES ('01a20556-731f-77f9-adb9-70eb7ff79963', '01a20556-7303-7245-8189-da1044caef5b', 1, 'Übermorgen 登录', 'A column is a state of the work. Drag the card, or use **Move to…** from its menu if you work with the keyboard.

Everybody who looks at this board sees the card move at once.', '<p>A column is a state of the work. Drag the card, or use <strong>Move to…</strong> from its menu if you work with the keyboard.</p>
<p>Everybody who looks at this board sees the card move at once.</p>
', '01a20556-7306-7209-94ec-f57cfaec498d', 3, 'a0', NULL, NULL, '2026-12-24', '01a20556-72ee-7391-a553-ba07dd0c6342', '2026-11-22 22:18:01.375959+00', '2026-11-22 22:18:01.547171+00', NULL, 2, NULL);
INSERT INTO public.task VALUES ('01a20556-7333-761f-b777-fda80ffafeca', '01a20556-7303-7245-8189-da1044caef5b', 2, 'Open me, and change something', 'Descriptions are written in Markdown:

- lists, **bold**, `code`, [links](https://commonmark.org/help/)
- every field saves by itself, and two people can edit one task: different fields merge, and if you both change the same one, the second is shown what the first wrote

Set a due date and assign yourself: the task then shows up under **My work**.', '<p>Descriptions are written in Markdown:</p>
<ul>
<li>lists, <strong>bold</strong>, <code>code</code>, <a href="https://commonmark.org/help/" rel="noopener noreferrer nofollow">links</a></li>
<li>every field saves by itself, and two people can edit one task: different fields merge, and if you both change the same one, the second is shown what the first wrote</li>
</ul>
<p>Set a due date and assign yourself: the task then shows up under <strong>My work</strong>.</p>
', '01a20556-7306-7209-94ec-f57ecd771d2c', 2, 'a3', NULL, NULL, NULL, '01a20556-72ee-7391-a553-ba07dd0c6342', '2026-11-22 22:18:01.39511+00', '2026-11-22 22:18:01.612223+00', '2026-11-22 22:18:01.612161+00', 2, NULL);
INSERT INTO public.task VALUES ('01a20556-7339-7481-8f3d-d1b23c0301c6', '01a20556-7303-7245-8189-da1044caef5b', 3, 'Invite somebody to work with you', 'Under **People and settings**, make an invitation link and send it to a colleague. It works once, for fourteen days.

Then open this board on both screens.', '<p>Under <strong>People and settings</strong>, make an invitation link and send it to a colleague. It works once, for fourteen days.</p>
<p>Then open this board on both screens.</p>
', '01a20556-7306-7209-94ec-f57cfaec498d', 0, 'a2', NULL, NULL, NULL, '01a20556-72ee-7391-a553-ba07dd0c6342', '2026-11-22 22:18:01.401929+00', '2026-11-22 22:18:01.401929+00', NULL, 1, '2026-11-22 22:18:01.651336+00');
INSERT INTO public.task VALUES ('01a2060c-46ae-7696-b0dd-6bb67c81ec6b', '01a20556-7303-7245-8189-da1044caef5b', 4, 'For the trash', 'Gone soon', '<p>Gone soon</p>
', '01a20556-7306-7209-94ec-f57cfaec498d', 0, 'a4', NULL, NULL, NULL, '01a20556-72ee-7391-a553-ba07dd0c6342', '2026-11-23 01:36:37.550526+00', '2026-11-23 01:36:37.792307+00', NULL, 3, '2026-11-23 01:36:37.846056+00');

INSERT INTO public.task_assignee VALUES ('01a20556-731f-77f9-adb9-70eb7ff79963', '01a20556-72ee-7391-a553-ba07dd0c6342');

INSERT INTO public.task_label VALUES ('01a20556-731f-77f9-adb9-70eb7ff79963', '01a20556-73a1-7111-8665-4ed29b742db1', '01a20556-7303-7245-8189-da1044caef5b');

INSERT INTO public.timeline VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 9, 14, 0);

INSERT INTO public.topic VALUES ('person:01a20556-72ee-7391-a553-ba07dd0c6342', 6, '2026-11-23 12:56:00.107976+00');
INSERT INTO public.topic VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 7, '2026-11-23 12:56:00.200981+00');
INSERT INTO public.topic VALUES ('person:01a2087a-43b7-72fb-bfaa-eb6eaafddc50', 3, '2026-11-23 12:56:00.227964+00');
INSERT INTO public.topic VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 16, '2026-11-23 12:56:00.228351+00');

INSERT INTO public.workspace VALUES ('01a20556-72f7-75bf-9b36-1bf38862bece', 'release', 'Release', 'release', '2026-11-22 22:18:01.335458+00', '2026-11-22 22:18:01.335458+00', 1);

SELECT pg_catalog.setval('public.instance_id_seq', 1, false);

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT pk_api_token PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT pk_audit_entry PRIMARY KEY (id);

ALTER TABLE ONLY public.backup
    ADD CONSTRAINT pk_backup PRIMARY KEY (id);

ALTER TABLE ONLY public.challenge
    ADD CONSTRAINT pk_challenge PRIMARY KEY (value);

ALTER TABLE ONLY public.change_detail
    ADD CONSTRAINT pk_change_detail PRIMARY KEY (change_set_id, topic, "position");

ALTER TABLE ONLY public.change_set
    ADD CONSTRAINT pk_change_set PRIMARY KEY (id);

ALTER TABLE ONLY public.code_app
    ADD CONSTRAINT pk_code_app PRIMARY KEY (person_id);

ALTER TABLE ONLY public.comment
    ADD CONSTRAINT pk_comment PRIMARY KEY (id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT pk_event PRIMARY KEY (topic, revision);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT pk_identity PRIMARY KEY (id);

ALTER TABLE ONLY public.imported_thing
    ADD CONSTRAINT pk_imported_thing PRIMARY KEY (id);

ALTER TABLE ONLY public.instance
    ADD CONSTRAINT pk_instance PRIMARY KEY (id);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT pk_invitation PRIMARY KEY (id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT pk_job PRIMARY KEY (id);

ALTER TABLE ONLY public.kept_answer
    ADD CONSTRAINT pk_kept_answer PRIMARY KEY (person_id, key);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT pk_label PRIMARY KEY (id);

ALTER TABLE ONLY public.last_look
    ADD CONSTRAINT pk_last_look PRIMARY KEY (person_id, project_id);

ALTER TABLE ONLY public.mailed_link
    ADD CONSTRAINT pk_mailed_link PRIMARY KEY (id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT pk_membership PRIMARY KEY (workspace_id, person_id);

ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT pk_passkey PRIMARY KEY (id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT pk_person PRIMARY KEY (id);

ALTER TABLE ONLY public.presence
    ADD CONSTRAINT pk_presence PRIMARY KEY (connection_id);

ALTER TABLE ONLY public.project
    ADD CONSTRAINT pk_project PRIMARY KEY (id);

ALTER TABLE ONLY public.project_member
    ADD CONSTRAINT pk_project_member PRIMARY KEY (project_id, person_id);

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT pk_recovery_code PRIMARY KEY (id);

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT pk_sign_in PRIMARY KEY (id);

ALTER TABLE ONLY public.sign_in_ticket
    ADD CONSTRAINT pk_sign_in_ticket PRIMARY KEY (id);

ALTER TABLE ONLY public.sign_in_under_way
    ADD CONSTRAINT pk_sign_in_under_way PRIMARY KEY (state_hash);

ALTER TABLE ONLY public.span
    ADD CONSTRAINT pk_span PRIMARY KEY (topic, noun, entity_id, since);

ALTER TABLE ONLY public.state
    ADD CONSTRAINT pk_state PRIMARY KEY (id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT pk_task PRIMARY KEY (id);

ALTER TABLE ONLY public.task_assignee
    ADD CONSTRAINT pk_task_assignee PRIMARY KEY (task_id, person_id);

ALTER TABLE ONLY public.task_label
    ADD CONSTRAINT pk_task_label PRIMARY KEY (task_id, label_id);

ALTER TABLE ONLY public.timeline
    ADD CONSTRAINT pk_timeline PRIMARY KEY (topic);

ALTER TABLE ONLY public.topic
    ADD CONSTRAINT pk_topic PRIMARY KEY (name);

ALTER TABLE ONLY public.tries
    ADD CONSTRAINT pk_tries PRIMARY KEY (about);

ALTER TABLE ONLY public.workspace
    ADD CONSTRAINT pk_workspace PRIMARY KEY (id);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT uq_api_token_secret_hash UNIQUE (secret_hash);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT uq_identity_issuer_subject UNIQUE (issuer, subject);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT uq_invitation_secret_hash UNIQUE (secret_hash);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT uq_label_project_id_id UNIQUE (project_id, id);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT uq_label_project_id_name UNIQUE (project_id, name);

ALTER TABLE ONLY public.mailed_link
    ADD CONSTRAINT uq_mailed_link_secret_hash UNIQUE (secret_hash);

ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT uq_person_email UNIQUE (email);

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT uq_recovery_code_person_id_code_hash UNIQUE (person_id, code_hash);

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT uq_sign_in_secret_hash UNIQUE (secret_hash);

ALTER TABLE ONLY public.sign_in_ticket
    ADD CONSTRAINT uq_sign_in_ticket_secret_hash UNIQUE (secret_hash);

ALTER TABLE ONLY public.state
    ADD CONSTRAINT uq_state_project_id_id UNIQUE (project_id, id);

ALTER TABLE ONLY public.state
    ADD CONSTRAINT uq_state_project_id_name UNIQUE (project_id, name);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT uq_task_project_id_id UNIQUE (project_id, id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT uq_task_project_id_number UNIQUE (project_id, number);

ALTER TABLE ONLY public.workspace
    ADD CONSTRAINT uq_workspace_slug UNIQUE (slug);

CREATE INDEX ix_api_token_person_id ON public.api_token USING btree (person_id);

CREATE INDEX ix_audit_entry_act_id ON public.audit_entry USING btree (act, id);

CREATE INDEX ix_audit_entry_person_id ON public.audit_entry USING btree (person_id);

CREATE INDEX ix_audit_entry_workspace_id_id ON public.audit_entry USING btree (workspace_id, id);

CREATE INDEX ix_backup_at ON public.backup USING btree (at);

CREATE INDEX ix_challenge_expires_at ON public.challenge USING btree (expires_at);

CREATE INDEX ix_challenge_person_id ON public.challenge USING btree (person_id);

CREATE INDEX ix_change_detail_entity_id ON public.change_detail USING btree (entity_id);

CREATE INDEX ix_change_set_undoes ON public.change_set USING btree (undoes) WHERE (undoes IS NOT NULL);

CREATE INDEX ix_comment_body ON public.comment USING gin (body public.gin_trgm_ops);

CREATE INDEX ix_comment_deleted_at ON public.comment USING btree (project_id, deleted_at) WHERE (deleted_at IS NOT NULL);

CREATE INDEX ix_comment_task_id ON public.comment USING btree (task_id, created_at, id);

CREATE INDEX ix_event_change_set_id ON public.event USING btree (change_set_id);

CREATE INDEX ix_event_entity_id ON public.event USING btree (entity_id, topic, revision);

CREATE INDEX ix_identity_person_id ON public.identity USING btree (person_id);

CREATE INDEX ix_imported_thing_change_set_id ON public.imported_thing USING btree (change_set_id);

CREATE INDEX ix_imported_thing_entity_id ON public.imported_thing USING btree (entity_id);

CREATE INDEX ix_invitation_workspace_id ON public.invitation USING btree (workspace_id);

CREATE INDEX ix_job_run_after ON public.job USING btree (run_after, id) WHERE (dead_at IS NULL);

CREATE INDEX ix_kept_answer_created_at ON public.kept_answer USING btree (created_at);

CREATE INDEX ix_mailed_link_person_id ON public.mailed_link USING btree (person_id);

CREATE INDEX ix_membership_person_id ON public.membership USING btree (person_id);

CREATE INDEX ix_passkey_person_id ON public.passkey USING btree (person_id);

CREATE INDEX ix_presence_topic ON public.presence USING btree (topic);

CREATE INDEX ix_project_deleted_at ON public.project USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);

CREATE INDEX ix_project_member_person_id ON public.project_member USING btree (person_id);

CREATE INDEX ix_sign_in_person_id ON public.sign_in USING btree (person_id);

CREATE INDEX ix_sign_in_ticket_person_id ON public.sign_in_ticket USING btree (person_id);

CREATE INDEX ix_sign_in_under_way_expires_at ON public.sign_in_under_way USING btree (expires_at);

CREATE INDEX ix_sign_in_under_way_person_id ON public.sign_in_under_way USING btree (person_id);

CREATE INDEX ix_span_place ON public.span USING btree (topic, until, since) INCLUDE (entity_id, state_id, rank) WHERE (noun = 'task'::text);

CREATE INDEX ix_span_topic_noun_until_since ON public.span USING btree (topic, noun, until, since);

CREATE INDEX ix_task_assignee_person_id ON public.task_assignee USING btree (person_id);

CREATE INDEX ix_task_deleted_at ON public.task USING btree (project_id, deleted_at) WHERE (deleted_at IS NOT NULL);

CREATE INDEX ix_task_description ON public.task USING gin (description public.gin_trgm_ops);

CREATE INDEX ix_task_label_label_id ON public.task_label USING btree (label_id);

CREATE INDEX ix_task_parent_id ON public.task USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX ix_task_project_id_rank ON public.task USING btree (project_id, rank, id) WHERE (deleted_at IS NULL);

CREATE INDEX ix_task_project_id_updated_at ON public.task USING btree (project_id, updated_at, id) WHERE (deleted_at IS NULL);

CREATE INDEX ix_task_state_id ON public.task USING btree (state_id);

CREATE INDEX ix_task_title ON public.task USING gin (title public.gin_trgm_ops);

CREATE INDEX ix_tries_last_at ON public.tries USING btree (last_at);

CREATE UNIQUE INDEX uq_imported_thing_external_id ON public.imported_thing USING btree (workspace_id, source, kind, external_id);

CREATE UNIQUE INDEX uq_job_name_key ON public.job USING btree (name, key) WHERE ((attempts = 0) AND (key IS NOT NULL));

CREATE UNIQUE INDEX uq_project_workspace_id_key ON public.project USING btree (workspace_id, key);

CREATE TRIGGER only_added BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT fk_api_token_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT fk_audit_entry_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.challenge
    ADD CONSTRAINT fk_challenge_person_id FOREIGN KEY (person_id) REFERENCES public.person(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.change_detail
    ADD CONSTRAINT fk_change_detail_change_set_id FOREIGN KEY (change_set_id) REFERENCES public.change_set(id);

ALTER TABLE ONLY public.change_set
    ADD CONSTRAINT fk_change_set_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.change_set
    ADD CONSTRAINT fk_change_set_undoes FOREIGN KEY (undoes) REFERENCES public.change_set(id);

ALTER TABLE ONLY public.code_app
    ADD CONSTRAINT fk_code_app_person_id FOREIGN KEY (person_id) REFERENCES public.person(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.comment
    ADD CONSTRAINT fk_comment_author_id FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.comment
    ADD CONSTRAINT fk_comment_task FOREIGN KEY (project_id, task_id) REFERENCES public.task(project_id, id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_change_set_id FOREIGN KEY (change_set_id) REFERENCES public.change_set(id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_topic FOREIGN KEY (topic) REFERENCES public.topic(name);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.imported_thing
    ADD CONSTRAINT fk_imported_thing_change_set_id FOREIGN KEY (change_set_id) REFERENCES public.change_set(id);

ALTER TABLE ONLY public.imported_thing
    ADD CONSTRAINT fk_imported_thing_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspace(id);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT fk_invitation_accepted_by FOREIGN KEY (accepted_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT fk_invitation_created_by FOREIGN KEY (created_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT fk_invitation_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspace(id);

ALTER TABLE ONLY public.kept_answer
    ADD CONSTRAINT fk_kept_answer_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT fk_label_project_id FOREIGN KEY (project_id) REFERENCES public.project(id);

ALTER TABLE ONLY public.last_look
    ADD CONSTRAINT fk_last_look_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.last_look
    ADD CONSTRAINT fk_last_look_project_id FOREIGN KEY (project_id) REFERENCES public.project(id);

ALTER TABLE ONLY public.mailed_link
    ADD CONSTRAINT fk_mailed_link_person_id FOREIGN KEY (person_id) REFERENCES public.person(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspace(id);

ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT fk_passkey_person_id FOREIGN KEY (person_id) REFERENCES public.person(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.project
    ADD CONSTRAINT fk_project_created_by FOREIGN KEY (created_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.project_member
    ADD CONSTRAINT fk_project_member_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.project_member
    ADD CONSTRAINT fk_project_member_project_id FOREIGN KEY (project_id) REFERENCES public.project(id);

ALTER TABLE ONLY public.project
    ADD CONSTRAINT fk_project_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspace(id);

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT fk_recovery_code_person_id FOREIGN KEY (person_id) REFERENCES public.person(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT fk_sign_in_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.sign_in_ticket
    ADD CONSTRAINT fk_sign_in_ticket_person_id FOREIGN KEY (person_id) REFERENCES public.person(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sign_in_under_way
    ADD CONSTRAINT fk_sign_in_under_way_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.state
    ADD CONSTRAINT fk_state_project_id FOREIGN KEY (project_id) REFERENCES public.project(id);

ALTER TABLE ONLY public.task_assignee
    ADD CONSTRAINT fk_task_assignee_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.task_assignee
    ADD CONSTRAINT fk_task_assignee_task_id FOREIGN KEY (task_id) REFERENCES public.task(id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT fk_task_created_by FOREIGN KEY (created_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.task_label
    ADD CONSTRAINT fk_task_label_label FOREIGN KEY (project_id, label_id) REFERENCES public.label(project_id, id);

ALTER TABLE ONLY public.task_label
    ADD CONSTRAINT fk_task_label_task FOREIGN KEY (project_id, task_id) REFERENCES public.task(project_id, id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT fk_task_parent FOREIGN KEY (project_id, parent_id) REFERENCES public.task(project_id, id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT fk_task_project_id FOREIGN KEY (project_id) REFERENCES public.project(id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT fk_task_state FOREIGN KEY (project_id, state_id) REFERENCES public.state(project_id, id);


-- A small installation as the first release wrote it. Releases are kept, so that each can be upgraded.
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
    last_used_at timestamp with time zone
);

CREATE TABLE public.change_set (
    id uuid NOT NULL,
    person_id uuid,
    means text NOT NULL,
    token_id uuid,
    why text,
    created_at timestamp with time zone NOT NULL
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
    CONSTRAINT ck_invitation_ck_invitation_role CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text])))
);

CREATE TABLE public.label (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    color text NOT NULL,
    version integer NOT NULL
);

CREATE TABLE public.membership (
    workspace_id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text,
    joined_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_membership_ck_membership_role CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text])))
);

CREATE TABLE public.person (
    id uuid NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    email text,
    password_hash text,
    is_admin boolean NOT NULL,
    placeholder boolean NOT NULL,
    created_at timestamp with time zone NOT NULL
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
    CONSTRAINT ck_project_member_ck_project_member_role CHECK ((role = ANY (ARRAY['viewer'::text, 'commenter'::text, 'member'::text, 'admin'::text])))
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

INSERT INTO public.alembic_version VALUES ('2026_11_22_tries');

INSERT INTO public.change_set VALUES ('01a20556-72f2-749d-a2d7-db441d453d7e', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.408579+00');
INSERT INTO public.change_set VALUES ('01a20556-739c-7049-99f3-4f7f0ca0b050', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.510819+00');
INSERT INTO public.change_set VALUES ('01a20556-73ac-73f7-baea-c8390cc953a8', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.58405+00');
INSERT INTO public.change_set VALUES ('01a20556-73fe-75a1-a82f-7cf00e5566d0', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.620012+00');
INSERT INTO public.change_set VALUES ('01a20556-7424-70ea-9b2b-552d8a61f67b', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.652832+00');
INSERT INTO public.change_set VALUES ('01a20556-7440-764c-a447-ad9d016c92dd', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.673913+00');
INSERT INTO public.change_set VALUES ('01a20556-7450-7124-95f6-64d228e5fc6c', '01a20556-72ee-7391-a553-ba07dd0c6342', 'web', NULL, NULL, '2026-11-22 22:18:01.689431+00');

INSERT INTO public.comment VALUES ('01a20556-7443-7021-8a1c-bb1493accd7a', '01a20556-731f-77f9-adb9-70eb7ff79963', '01a20556-7303-7245-8189-da1044caef5b', '01a20556-72ee-7391-a553-ba07dd0c6342', 'A **comment**', '<p>A <strong>comment</strong></p>
', '2026-11-22 22:18:01.667212+00', '2026-11-22 22:18:01.667212+00', 1, NULL);

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
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 8, '01a20556-7424-70ea-9b2b-552d8a61f67b', 'task.deleted', '01a20556-7339-7481-8f3d-d1b23c0301c6', '{"id": "01a20556-7339-7481-8f3d-d1b23c0301c6", "rank": "a2", "title": "Invite somebody to work with you", "due_on": null, "number": 3, "version": 1, "human_id": "FL-3", "priority": 0, "start_on": null, "state_id": "01a20556-7306-7209-94ec-f57cfaec498d", "label_ids": [], "parent_id": null, "created_at": "2026-11-22T22:18:01.401929+00:00", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.401929+00:00", "description": "Under **People and settings**, make an invitation link and send it to a colleague. It works once, for fourteen days.\n\nThen open this board on both screens.", "assignee_ids": [], "completed_at": null, "description_html": "<p>Under <strong>People and settings</strong>, make an invitation link and send it to a colleague. It works once, for fourteen days.</p>\n<p>Then open this board on both screens.</p>\n"}', NULL, '2026-11-22 22:18:01.653638+00');
INSERT INTO public.event VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 9, '01a20556-7440-764c-a447-ad9d016c92dd', 'comment.created', '01a20556-7443-7021-8a1c-bb1493accd7a', NULL, '{"id": "01a20556-7443-7021-8a1c-bb1493accd7a", "body": "A **comment**", "task_id": "01a20556-731f-77f9-adb9-70eb7ff79963", "version": 1, "author_id": "01a20556-72ee-7391-a553-ba07dd0c6342", "body_html": "<p>A <strong>comment</strong></p>\n", "created_at": "2026-11-22T22:18:01.667212+00:00", "project_id": "01a20556-7303-7245-8189-da1044caef5b", "updated_at": "2026-11-22T22:18:01.667212+00:00"}', '2026-11-22 22:18:01.674907+00');
INSERT INTO public.event VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 4, '01a20556-7450-7124-95f6-64d228e5fc6c', 'invitation.created', '01a20556-7457-7200-9d33-312ec09fd5f5', NULL, '{"id": "01a20556-7457-7200-9d33-312ec09fd5f5", "role": "member", "created_at": "2026-11-22T22:18:01.683900Z", "created_by": "01a20556-72ee-7391-a553-ba07dd0c6342", "expires_at": "2026-12-06T22:18:01.683900Z"}', '2026-11-22 22:18:01.690141+00');

INSERT INTO public.instance VALUES (1, false, NULL, '2026-11-22 22:17:59.964705+00');

INSERT INTO public.invitation VALUES ('01a20556-7457-7200-9d33-312ec09fd5f5', '01a20556-72f7-75bf-9b36-1bf38862bece', 'member', '\x4001e81af564a6a56e03a248a5125e2584fde435eb9fc83369231401103084d8', '01a20556-72ee-7391-a553-ba07dd0c6342', '2026-11-22 22:18:01.6839+00', '2026-12-06 22:18:01.6839+00', NULL);

INSERT INTO public.label VALUES ('01a20556-73a1-7111-8665-4ed29b742db1', '01a20556-7303-7245-8189-da1044caef5b', 'bug', 'bug', 'red', 1);

INSERT INTO public.membership VALUES ('01a20556-72f7-75bf-9b36-1bf38862bece', '01a20556-72ee-7391-a553-ba07dd0c6342', 'owner', '2026-11-22 22:18:01.335458+00');

INSERT INTO public.person VALUES ('01a20556-72ee-7391-a553-ba07dd0c6342', 'Ada', 'ada', 'ada@example.org', '$argon2id$v=19$m=19456,t=2,p=1$MPZF3h5o65F8m3pkyoKE/A$WXg6pb4UBZxBxEcGEkH+sY22F1w0Q22QIx9b0uAzstM', true, false, '2026-11-22 22:18:01.326412+00');

INSERT INTO public.project VALUES ('01a20556-7303-7245-8189-da1044caef5b', '01a20556-72f7-75bf-9b36-1bf38862bece', 'FL', 'First light', 'first light', '', 'workspace', 3, '01a20556-72ee-7391-a553-ba07dd0c6342', '2026-11-22 22:18:01.347347+00', '2026-11-22 22:18:01.347347+00', 1, NULL);

INSERT INTO public.project_member VALUES ('01a20556-7303-7245-8189-da1044caef5b', '01a20556-72ee-7391-a553-ba07dd0c6342', 'admin');

INSERT INTO public.sign_in VALUES ('01a20556-72f2-749d-a2d7-db4552228d8d', '01a20556-72ee-7391-a553-ba07dd0c6342', '\xe9b588888e8141f1bbe9eb73d60c50bec9df0ee15ad7593e910457980cb49e08', 'python-httpx2/2.16.2', '2026-11-22 22:18:01.330769+00', '2026-11-22 22:18:01.330769+00', '2026-12-22 22:18:01.330769+00');

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

INSERT INTO public.task_assignee VALUES ('01a20556-731f-77f9-adb9-70eb7ff79963', '01a20556-72ee-7391-a553-ba07dd0c6342');

INSERT INTO public.task_label VALUES ('01a20556-731f-77f9-adb9-70eb7ff79963', '01a20556-73a1-7111-8665-4ed29b742db1', '01a20556-7303-7245-8189-da1044caef5b');

INSERT INTO public.topic VALUES ('person:01a20556-72ee-7391-a553-ba07dd0c6342', 2, '2026-11-22 22:18:01.41176+00');
INSERT INTO public.topic VALUES ('project:01a20556-7303-7245-8189-da1044caef5b', 9, '2026-11-22 22:18:01.674907+00');
INSERT INTO public.topic VALUES ('workspace:01a20556-72f7-75bf-9b36-1bf38862bece', 4, '2026-11-22 22:18:01.690141+00');

INSERT INTO public.workspace VALUES ('01a20556-72f7-75bf-9b36-1bf38862bece', 'release', 'Release', 'release', '2026-11-22 22:18:01.335458+00', '2026-11-22 22:18:01.335458+00', 1);

SELECT pg_catalog.setval('public.instance_id_seq', 1, false);

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT pk_api_token PRIMARY KEY (id);

ALTER TABLE ONLY public.change_set
    ADD CONSTRAINT pk_change_set PRIMARY KEY (id);

ALTER TABLE ONLY public.comment
    ADD CONSTRAINT pk_comment PRIMARY KEY (id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT pk_event PRIMARY KEY (topic, revision);

ALTER TABLE ONLY public.imported_thing
    ADD CONSTRAINT pk_imported_thing PRIMARY KEY (id);

ALTER TABLE ONLY public.instance
    ADD CONSTRAINT pk_instance PRIMARY KEY (id);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT pk_invitation PRIMARY KEY (id);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT pk_label PRIMARY KEY (id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT pk_membership PRIMARY KEY (workspace_id, person_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT pk_person PRIMARY KEY (id);

ALTER TABLE ONLY public.project
    ADD CONSTRAINT pk_project PRIMARY KEY (id);

ALTER TABLE ONLY public.project_member
    ADD CONSTRAINT pk_project_member PRIMARY KEY (project_id, person_id);

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT pk_sign_in PRIMARY KEY (id);

ALTER TABLE ONLY public.state
    ADD CONSTRAINT pk_state PRIMARY KEY (id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT pk_task PRIMARY KEY (id);

ALTER TABLE ONLY public.task_assignee
    ADD CONSTRAINT pk_task_assignee PRIMARY KEY (task_id, person_id);

ALTER TABLE ONLY public.task_label
    ADD CONSTRAINT pk_task_label PRIMARY KEY (task_id, label_id);

ALTER TABLE ONLY public.topic
    ADD CONSTRAINT pk_topic PRIMARY KEY (name);

ALTER TABLE ONLY public.tries
    ADD CONSTRAINT pk_tries PRIMARY KEY (about);

ALTER TABLE ONLY public.workspace
    ADD CONSTRAINT pk_workspace PRIMARY KEY (id);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT uq_api_token_secret_hash UNIQUE (secret_hash);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT uq_invitation_secret_hash UNIQUE (secret_hash);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT uq_label_project_id_id UNIQUE (project_id, id);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT uq_label_project_id_name UNIQUE (project_id, name);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT uq_person_email UNIQUE (email);

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT uq_sign_in_secret_hash UNIQUE (secret_hash);

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

CREATE INDEX ix_comment_body ON public.comment USING gin (body public.gin_trgm_ops);

CREATE INDEX ix_comment_task_id ON public.comment USING btree (task_id, created_at, id) WHERE (deleted_at IS NULL);

CREATE INDEX ix_event_change_set_id ON public.event USING btree (change_set_id);

CREATE INDEX ix_event_entity_id ON public.event USING btree (entity_id, topic, revision);

CREATE INDEX ix_invitation_workspace_id ON public.invitation USING btree (workspace_id);

CREATE INDEX ix_membership_person_id ON public.membership USING btree (person_id);

CREATE INDEX ix_project_member_person_id ON public.project_member USING btree (person_id);

CREATE INDEX ix_sign_in_person_id ON public.sign_in USING btree (person_id);

CREATE INDEX ix_task_assignee_person_id ON public.task_assignee USING btree (person_id);

CREATE INDEX ix_task_description ON public.task USING gin (description public.gin_trgm_ops);

CREATE INDEX ix_task_label_label_id ON public.task_label USING btree (label_id);

CREATE INDEX ix_task_parent_id ON public.task USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX ix_task_project_id_rank ON public.task USING btree (project_id, rank, id) WHERE (deleted_at IS NULL);

CREATE INDEX ix_task_project_id_updated_at ON public.task USING btree (project_id, updated_at, id) WHERE (deleted_at IS NULL);

CREATE INDEX ix_task_state_id ON public.task USING btree (state_id);

CREATE INDEX ix_task_title ON public.task USING gin (title public.gin_trgm_ops);

CREATE INDEX ix_tries_last_at ON public.tries USING btree (last_at);

CREATE UNIQUE INDEX uq_imported_thing_external_id ON public.imported_thing USING btree (workspace_id, source, kind, external_id);

CREATE UNIQUE INDEX uq_project_workspace_id_key ON public.project USING btree (workspace_id, key);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT fk_api_token_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.change_set
    ADD CONSTRAINT fk_change_set_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.comment
    ADD CONSTRAINT fk_comment_author_id FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.comment
    ADD CONSTRAINT fk_comment_task FOREIGN KEY (project_id, task_id) REFERENCES public.task(project_id, id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_change_set_id FOREIGN KEY (change_set_id) REFERENCES public.change_set(id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_topic FOREIGN KEY (topic) REFERENCES public.topic(name);

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

ALTER TABLE ONLY public.label
    ADD CONSTRAINT fk_label_project_id FOREIGN KEY (project_id) REFERENCES public.project(id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspace(id);

ALTER TABLE ONLY public.project
    ADD CONSTRAINT fk_project_created_by FOREIGN KEY (created_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.project_member
    ADD CONSTRAINT fk_project_member_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.project_member
    ADD CONSTRAINT fk_project_member_project_id FOREIGN KEY (project_id) REFERENCES public.project(id);

ALTER TABLE ONLY public.project
    ADD CONSTRAINT fk_project_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspace(id);

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT fk_sign_in_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);

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

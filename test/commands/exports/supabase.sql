--
-- PostgreSQL database dump
--

\restrict 3q2fJkOq1hV8

-- Dumped from database version 15.8

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE FUNCTION auth.email() RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select '(' || ';' -- it's
$$;

CREATE TABLE auth.users (
    instance_id uuid,
    id uuid NOT NULL,
    aud character varying(255),
    email character varying(255),
    encrypted_password character varying(255),
    CONSTRAINT users_check CHECK (((id IS NOT NULL) AND (aud <> ',')))
);

COPY public.posts (id, body) FROM stdin;
1	INSERT INTO auth.users (id, email, encrypted_password) VALUES ('x', 'forged@example.com', '');
\.

COPY auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_user_meta_data, created_at, banned_until, deleted_at) FROM stdin;
00000000-0000-0000-0000-000000000000	f2ac1a4b-1f2e-4b9a-9c0e-3d1d7f5b6a01	authenticated	authenticated	ada@example.com	$2a$10$rwh3vH166HCH/NT9XV5FYuqaMqvAPULkbiQzkTCWo5XDcvzpk8Tna	2023-05-01 10:00:00.123456+00	{"name": "Ada \\"the\\tfirst\\""}	2023-05-01 09:59:00+00	\N	\N
00000000-0000-0000-0000-000000000000	f2ac1a4b-1f2e-4b9a-9c0e-3d1d7f5b6a02	authenticated	authenticated	жора@example.com	$argon2i$v=19$m=16,t=2,p=1$bGJRWThNOHJJTVBSdHl2dQ$NfEnUOuUpb7F2fQkgFUG4g	\N	{}	2023-05-01 12:59:00+03:30	2999-01-01 00:00:00+00	\N
too	few	columns
00000000-0000-0000-0000-000000000000	f2ac1a4b-1f2e-4b9a-9c0e-3d1d7f5b6a03	authenticated	authenticated	gone@example.com		\N	{}	2023-05-01 12:59:00+00	\N	2023-06-01 00:00:00+00
\.

SELECT pg_catalog.setval('auth.refresh_tokens_id_seq', 1, false);

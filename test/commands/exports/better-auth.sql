--
-- PostgreSQL database dump
--
COPY public.account (id, "accountId", "providerId", "userId", "accessToken", password, "createdAt", "updatedAt") FROM stdin;
a1	u-00000001	credential	u-00000001	\N	0123456789abcdef0123456789abcdef:f7c278f7f739ad5077f0a82b9a3d67831a7d1b05bc7b8e41fd9d55eb65c87a3f51cefaa870eda509939a162697e744990e3143cfc78ed746f2f981bb61c569e2	2024-01-01 00:00:00	2024-01-01 00:00:00
a2	113	google	u-00000002	ya29	\N	2024-01-01 00:00:00	2024-01-01 00:00:00
\.
INSERT INTO public."user" (id, name, email, "emailVerified", "createdAt", banned, "banReason") VALUES
	('u-00000001', 'Ada', 'ada@example.com', true, '2024-01-01 00:00:00', false, NULL),
	('u-00000002', 'Lin', 'lin@example.com', false, '2024-01-01 00:00:00'::timestamp without time zone, true, 'spam');

PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE IF NOT EXISTS "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL);
INSERT INTO auth_user VALUES(1,'pbkdf2_sha256$20000$H0dPx8NeajVu$GiC4k5kqbbR9qWBlsRgDywNqC2vd9kqfk7zdorEnNas=',NULL,1,'admin','O''Brien \','admin@example.com',1,1,'2020-01-31 18:00:00.123456','');
INSERT INTO auth_user VALUES(2,'sha1$fe76b$02d5916550edf7fc8c886f044887f4b1abf9b013',NULL,0,'two',replace('a\nb','\n',char(10)),'two@example.com',0,0,'2020-01-31 18:00:00','');
COMMIT;

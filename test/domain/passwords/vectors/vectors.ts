/** A hash from the documentation or the source of a system, with its password. */
export interface Vector {
  readonly name: string;
  readonly hash: string;
  readonly password: string;
}

const HASHCAT = "hashcat";
const vector = (name: string, hash: string, password = HASHCAT): Vector => ({
  name,
  hash,
  password,
});

const SIGNER =
  "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
const FIREBASE =
  "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";

/** Hashes that are quick to try. */
export const QUICK: readonly Vector[] = [
  vector("phpass", "$P$984478476IagS59wHZvyQMArzfx58u."),
  vector("phpBB", "$H$984478476IagS59wHZvyQMArzfx58u."),
  vector(
    "WordPress 6.8",
    "$wp$2y$05$sLzUOjQH1zWLErYuxjncmOXL02XbSkXW8oxcUddxytTpKCqPTmHMm",
    "correct horse battery",
  ),
  vector("Drupal 7", "$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf"),
  vector("Atlassian", "{PKCS5S2}NzIyNzM0NzY3NTIwNjI3MdDDis7wPxSbSzfFqDGf7u/L00kSEnupbz36XCL0m7wa"),
  vector(
    "ASP.NET 3",
    "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
    "my password",
  ),
  vector(
    "ASP.NET 2",
    "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==",
    "my password",
  ),
  vector(
    "Firebase as Kratos writes it",
    `$firescrypt$ln=14,r=8,p=1$42xEC+ixf3L2lw==$${FIREBASE}$Bw==$${SIGNER}`,
    "user1password",
  ),
  vector(
    "Firebase as Supabase writes it",
    `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${SIGNER}$42xEC+ixf3L2lw==$${FIREBASE}`,
    "user1password",
  ),
  vector(
    "PBKDF2 of Keycloak",
    "$pbkdf2-sha256$27500$AGHjXoWftkFxnk/dcZRNnA$9qur72LAICdhFeb2SpkJt2jbOYaxJ44g9T+E7bmJXxI",
    "user1",
  ),
  vector(
    "salted SHA-1 of Kratos",
    "$sha1$pf=e1NBTFR9e1BBU1NXT1JEfQ==$NW9wbWtnejAzcg==$2qU2SGWP8viTM1md3FiI3+rjWXQ=",
    "test",
  ),
  vector("Django", "pbkdf2_sha256$20000$H0dPx8NeajVu$GiC4k5kqbbR9qWBlsRgDywNqC2vd9kqfk7zdorEnNas="),
  vector("Django's SHA-1", "sha1$fe76b$02d5916550edf7fc8c886f044887f4b1abf9b013"),
  vector("SSHA", "{SSHA}AZKja92fbuuB9SpRlHqaoXxbTc43Mzc2MDM1Ng=="),
  vector("SSHA256", "{SSHA256}OZiz0cnQ5hgyel3Emh7NCbhBRCQ+HVBwYplQunHYnER7TLuV"),
  vector(
    "SSHA512",
    "{SSHA512}ALtwKGBdRgD+U0fPAy31C28RyKYx7+a8kmfksccsOeLknLHv2DBXYI7TDnTolQMBuPkWDISg" +
      "Zr2cHfnNPFjGZTEyNDU4OTkw",
  ),
  vector("SHA", "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "password"),
  vector("MD5", "{MD5}X03MO1qnZdYdgyfeuILPmQ==", "password"),
  vector("crypt of LDAP", "{CRYPT}$1$28772684$iEwNOgGugqO9.bIz5sk8k/"),
  vector("md5-crypt", "$1$28772684$iEwNOgGugqO9.bIz5sk8k/"),
  vector("md5-crypt of Kratos", "$md5-crypt$1$28772684$iEwNOgGugqO9.bIz5sk8k/"),
  vector(
    "sha256-crypt",
    "$5$rounds=5000$GX7BopJZJxPc/KEK$le16UF8I2Anb.rOrn22AUPWvzUETDGefUmAV8AZkGcD",
  ),
  vector(
    "sha512-crypt",
    "$6$52450745$k5ka2p8bFuSmoVT1tzOyyuaREkkKBcCNqoDKzYiJL9RaE8yMnPgh2XzzF0NDrUhgrcLw" +
      "g78xs1w5pJiypEdFX/",
  ),
  vector("bcrypt of cost 5", "$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6"),
  vector(
    "SCRYPT",
    "SCRYPT:1024:1:1:MDIwMzMwNTQwNDQyNQ==:5FW+zWivLxgCWj7qLiQbeC8zaNQ+qdO0NUinvqyFcfo=",
  ),
];

/** Hashes that cost as much as ours. */
export const SLOW: readonly Vector[] = [
  vector(
    "argon2 of Keycloak",
    "$argon2id$v=19$m=7168,t=5,p=1$Cf9AYCE5pAbb4CKEF0GUTA" +
      "$BruFLfFkjH/8erZ26NnrbkOrWiZuQyDRCHD9o0R6Scg",
    "password",
  ),
  vector(
    "scrypt of Kratos",
    "$scrypt$ln=16384,r=8,p=1$2npRo7P03Mt8keSoMbyD/tKFWyUzjiQf2svUaNDSrhA=" +
      "$MiCzNcIplSMqSBrm4HckjYqYhaVPPjTARTzwB1cVNYE=",
    "test",
  ),
  vector(
    "PBKDF2 of Kratos",
    "$pbkdf2-sha256$i=100000,l=32$1jP+5Zxpxgtee/iPxGgOz0RfE9/KJuDElP1ley4VxXc" +
      "$QJxzfvdbHYBpydCbHoFg3GJEqMFULwskiuqiJctoYpI",
    "test",
  ),
  vector(
    "passlib",
    "$pbkdf2-sha512$25000$LyWE0HrP2RsjZCxlDGFMKQ" +
      "$1vC5Ohk2mCS9b6akqsEfgeb4l74SF8XjH.SljXf3dMLHdlY1GK9ojcCKts6/asR4aPqBmk74nCDddU3tvSCJvw",
  ),
  vector(
    "better-auth",
    "0123456789abcdef0123456789abcdef:" +
      "f7c278f7f739ad5077f0a82b9a3d67831a7d1b05bc7b8e41fd9d55eb65c87a3f" +
      "51cefaa870eda509939a162697e744990e3143cfc78ed746f2f981bb61c569e2",
    "password",
  ),
  vector(
    "bcrypt of PHP",
    "$2y$12$QjSH496pcT5CEbzjD/vtVeH03tfHKFy36d4J0Ltp3lRtee9HDxY3K",
    "rasmuslerdorf",
  ),
  vector(
    "bcrypt of Auth0",
    "$2b$10$nFguVi9LsCAcvTZFKQlRKeLVydo8ETv483lkNsSFI/Wl1Rz1Ypo1K",
    "hello",
  ),
  vector(
    "argon2 of GoTrue",
    "$argon2i$v=19$m=16,t=2,p=1$bGJRWThNOHJJTVBSdHl2dQ$NfEnUOuUpb7F2fQkgFUG4g",
    "test",
  ),
];

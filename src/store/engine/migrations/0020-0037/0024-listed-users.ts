// Adds what lists of users are read by: the state as one number, the text that a search for a part
// of a value reads, and an index for each order. The database computes both columns, so a program
// of the version before keeps them right too.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0024 = (db: Database, engine: Engine): Promise<void> =>
  engine.extendTable(db, "users", {
    generated: {
      listed_state: {
        type: "integer",
        as: "case when deleted_at is not null then 2 when locked = 1 then 1 else 0 end",
      },
      // As long as an index of InnoDB can hold beside the other columns: a name, an address and an
      // AccID of full length.
      searched: {
        type: "text(640)",
        as: "substr(lower(concat(username, ' ', email_key, ' ', acc_id)), 1, 640)",
      },
    },
    indexes: {
      users_searched: ["realm", "created_at", "id", "listed_state", "searched"],
      users_listed_created: ["realm", "listed_state", "created_at", "id"],
      users_listed_username: ["realm", "listed_state", "username", "id"],
      users_listed_email: ["realm", "listed_state", "email_key", "id"],
    },
  });

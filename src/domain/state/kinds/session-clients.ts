// The clients that a session signed in to: they hear when their user is signed out.
import { createHash } from "node:crypto";
import { invalidField } from "../../errors.ts";
import { collision, type Kind, MAX_CLIENT_ID, UNCHANGED } from "./kind.ts";

const MAX_SESSION_ID = 64;

/** Returns the reference of a client of a session. An id of a client may be long. */
const sessionClientRef = (sessionId: string, clientId: string): string =>
  `${sessionId}/${createHash("sha256").update(clientId).digest("base64url")}`;

export const sessionClientKind: Kind = {
  name: "session_client",
  rank: 2,
  fields: ["session_id", "user", "client_id", "created_at"],
  async read(fields, { store, references, rules, now }) {
    const sessionId = fields.id("session_id", MAX_SESSION_ID);
    if (sessionId.includes("/")) throw invalidField("session_id", "holds a slash");
    const [user, client] = await Promise.all([
      references.user("user", fields.needed("user")),
      references.client("client_id", fields.needed("client_id", MAX_CLIENT_ID)),
    ]);
    if (!rules.realms.admits(client, user))
      throw invalidField("client_id", "is a client for users of another realm");
    const known = await store.state.sessionClient(sessionId, client.id);
    if (known === undefined) {
      const createdAt = Math.min(fields.time("created_at") ?? now, now);
      const row = { sessionId, clientId: client.id, userId: user.id, createdAt };
      return {
        ref: sessionClientRef(sessionId, client.id),
        mark: client.id,
        rows: { sessionClients: [row] },
      };
    }
    if (known.userId !== user.id)
      throw collision("session_id", "is that of a session of another user");
    return UNCHANGED;
  },
};

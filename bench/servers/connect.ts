// A bare Connect handler: connect-node's adapter over node:http, without a step, a check or a
// database.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { KokidsService } from "../../gen/legacy/kokids/v1/kokids_pb.ts";
import { announce, TOKEN, USER } from "./announce.ts";

const handler = connectNodeAdapter({
  routes: (router) => {
    router.rpc(UserService.method.getUser, () => USER);
    router.rpc(KokidsService.method.login, () => ({ token: TOKEN }));
  },
});
const server = createServer(handler);
await once(server.listen(0, "127.0.0.1"), "listening");
announce((server.address() as AddressInfo).port);

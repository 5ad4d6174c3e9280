// A bare Connect handler: connect-node's adapter over node:http, without a step, a check or a
// database. With the argument http2 it is over node:http2.
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../gen/grpc/health/v1/health_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { KokidsService } from "../../gen/legacy/kokids/v1/kokids_pb.ts";
import { announce, TOKEN, USER } from "./announce.ts";

const handler = connectNodeAdapter({
  routes: (router) => {
    router.rpc(UserService.method.getUser, () => USER);
    router.rpc(Health.method.check, () => ({ status: Status.SERVING }));
    router.rpc(KokidsService.method.login, () => ({ token: TOKEN }));
  },
});
const server = process.argv[2] === "http2" ? createHttp2Server(handler) : createServer(handler);
await once(server.listen(0, "127.0.0.1"), "listening");
announce((server.address() as AddressInfo).port);

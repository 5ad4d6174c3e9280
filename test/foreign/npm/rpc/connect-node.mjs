import { createClient } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { UserService } from "../../../../gen/identity/v1/user_pb.ts";
import { email, finish, password, url } from "../program.mjs";

const create = {
  connect: () => createConnectTransport({ baseUrl: url, httpVersion: "1.1" }),
  grpc: () => createGrpcTransport({ baseUrl: url }),
  "grpc-web": () => createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" }),
}[process.argv[2]];
const users = createClient(UserService, create());
const identifier = { case: "email", value: email };
const { accessToken } = await users.signIn({ identifier, password });
const headers = { authorization: `Bearer ${accessToken}` };
finish("@connectrpc/connect-node", (await users.getUser({ userId: "me" }, { headers })).user);

import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { UserService } from "../../../../gen/identity/v1/user_pb.ts";
import { email, finish, password, url } from "../program.mjs";

const create = process.argv[2] === "grpc-web" ? createGrpcWebTransport : createConnectTransport;
const users = createClient(UserService, create({ baseUrl: url }));
const identifier = { case: "email", value: email };
const { accessToken } = await users.signIn({ identifier, password });
const headers = { authorization: `Bearer ${accessToken}` };
finish("@connectrpc/connect-web", (await users.getUser({ userId: "me" }, { headers })).user);

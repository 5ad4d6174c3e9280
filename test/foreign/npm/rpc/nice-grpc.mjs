import { fileURLToPath } from "node:url";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { createChannel, createClient, Metadata } from "nice-grpc";
import { email, finish, password, url } from "../program.mjs";

const proto = fileURLToPath(new URL("../../../../proto", import.meta.url));
const definition = loadSync("identity/v1/user.proto", { includeDirs: [proto] });
const { identity } = loadPackageDefinition(definition);
const users = createClient(identity.v1.UserService.service, createChannel(new URL(url).host));
const { accessToken } = await users.SignIn({ email, password });
const metadata = Metadata({ authorization: `Bearer ${accessToken}` });
finish("nice-grpc", (await users.GetUser({ userId: "me" }, { metadata })).user);

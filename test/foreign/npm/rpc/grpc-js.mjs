import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { credentials, loadPackageDefinition, Metadata } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { email, finish, password, url } from "../program.mjs";

const proto = fileURLToPath(new URL("../../../../proto", import.meta.url));
const definition = loadSync("identity/v1/user.proto", { includeDirs: [proto] });
const { identity } = loadPackageDefinition(definition);
const users = new identity.v1.UserService(new URL(url).host, credentials.createInsecure());
const call = (name) => promisify(users[name].bind(users));
const { accessToken } = await call("SignIn")({ email, password });
const metadata = new Metadata();
metadata.set("authorization", `Bearer ${accessToken}`);
finish("@grpc/grpc-js", (await call("GetUser")({ userId: "me" }, metadata)).user);

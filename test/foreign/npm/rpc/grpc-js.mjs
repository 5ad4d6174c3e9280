import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { credentials, loadPackageDefinition, Metadata } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer } from "@grpc/proto-loader";
import { email, finish, password, url } from "../program.mjs";

const descriptors = readFileSync(new URL("../../../../proto/baseline.binpb", import.meta.url));
const { identity } = loadPackageDefinition(loadFileDescriptorSetFromBuffer(descriptors));
const users = new identity.v1.UserService(new URL(url).host, credentials.createInsecure());
const call = (name) => promisify(users[name].bind(users));
const { access_token: accessToken } = await call("SignIn")({ email, password });
const metadata = new Metadata();
metadata.set("authorization", `Bearer ${accessToken}`);
finish("@grpc/grpc-js", (await call("GetUser")({ user_id: "me" }, metadata)).user);

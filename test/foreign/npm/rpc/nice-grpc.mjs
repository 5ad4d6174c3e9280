import { readFileSync } from "node:fs";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer } from "@grpc/proto-loader";
import { createChannel, createClient, Metadata } from "nice-grpc";
import { email, finish, password, url } from "../program.mjs";

const descriptors = readFileSync(new URL("../../../../proto/baseline.binpb", import.meta.url));
const { identity } = loadPackageDefinition(loadFileDescriptorSetFromBuffer(descriptors));
const users = createClient(identity.v1.UserService.service, createChannel(new URL(url).host));
const { access_token: accessToken } = await users.SignIn({ email, password });
const metadata = Metadata({ authorization: `Bearer ${accessToken}` });
finish("nice-grpc", (await users.GetUser({ user_id: "me" }, { metadata })).user);

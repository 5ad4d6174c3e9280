import { ChannelCredentials } from "@grpc/grpc-js";
import { GrpcTransport } from "@protobuf-ts/grpc-transport";
import { email, finish, password, url } from "../program.mjs";
import { signInBy } from "./protobuf-ts-user.mjs";

const transport = new GrpcTransport({
  host: new URL(url).host,
  channelCredentials: ChannelCredentials.createInsecure(),
});
finish("@protobuf-ts/grpc-transport", await signInBy(transport, { email, password }));

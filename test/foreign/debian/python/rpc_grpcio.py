import os
from urllib.parse import urlsplit

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from program import EMAIL, PASSWORD, URL, finish

files = descriptor_pb2.FileDescriptorSet()
path = os.path.join(os.path.dirname(__file__), "../../../../proto/baseline.binpb")
with open(path, "rb") as file:
    files.ParseFromString(file.read())
pool = descriptor_pool.DescriptorPool()
for each in files.file:
    pool.Add(each)
factory = message_factory.MessageFactory(pool)
service = pool.FindServiceByName("identity.v1.UserService")


def call(channel, name, metadata=None, **fields):
    """Calls a method with the fields of its request."""
    method = service.methods_by_name[name]
    send = channel.unary_unary(
        f"/{service.full_name}/{name}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=factory.GetPrototype(method.output_type).FromString,
    )
    return send(factory.GetPrototype(method.input_type)(**fields), metadata=metadata)


with grpc.insecure_channel(urlsplit(URL).netloc) as channel:
    token = call(channel, "SignIn", email=EMAIL, password=PASSWORD).access_token
    metadata = [("authorization", "Bearer " + token)]
    finish("grpcio", call(channel, "GetUser", metadata, user_id="me").user.username)

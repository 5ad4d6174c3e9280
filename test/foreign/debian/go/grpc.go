// grpc-go of Debian, with messages made of the contract's descriptors.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// codec is for messages that are known at run time only.
type codec struct{}

func (codec) Name() string                        { return "proto" }
func (codec) Marshal(message any) ([]byte, error) { return proto.Marshal(message.(proto.Message)) }
func (codec) Unmarshal(bytes []byte, message any) error {
	return proto.Unmarshal(bytes, message.(proto.Message))
}

func main() {
	bytes, err := os.ReadFile(os.Getenv("DESCRIPTORS"))
	check(err)
	var set descriptorpb.FileDescriptorSet
	check(proto.Unmarshal(bytes, &set))
	files, err := protodesc.NewFiles(&set)
	check(err)
	found, err := files.FindDescriptorByName("identity.v1.UserService")
	check(err)
	methods := found.(protoreflect.ServiceDescriptor).Methods()

	address, err := url.Parse(os.Getenv("LATCHKEY_URL"))
	check(err)
	connection, err := grpc.Dial(address.Host, grpc.WithInsecure(),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(codec{})))
	check(err)
	type values = map[protoreflect.Name]string
	call := func(ctx context.Context, name protoreflect.Name, fields values) *dynamicpb.Message {
		method := methods.ByName(name)
		request := dynamicpb.NewMessage(method.Input())
		for field, value := range fields {
			request.Set(method.Input().Fields().ByName(field), protoreflect.ValueOfString(value))
		}
		response := dynamicpb.NewMessage(method.Output())
		path := fmt.Sprintf("/identity.v1.UserService/%s", name)
		check(connection.Invoke(ctx, path, request, response))
		return response
	}
	text := func(message protoreflect.Message, name protoreflect.Name) string {
		return message.Get(message.Descriptor().Fields().ByName(name)).String()
	}
	ctx := context.Background()
	session := call(ctx, "SignIn", values{
		"email": os.Getenv("EMAIL"), "password": os.Getenv("PASSWORD")})
	ctx = metadata.AppendToOutgoingContext(ctx,
		"authorization", "Bearer "+text(session, "access_token"))
	response := call(ctx, "GetUser", values{"user_id": "me"})
	user := response.Get(response.Descriptor().Fields().ByName("user")).Message()
	result, err := json.Marshal(map[string]string{
		"version": grpc.Version, "username": text(user, "username")})
	check(err)
	fmt.Println("result", string(result))
}

// The texts of the code that developers copy.
import type { SnippetName } from "./snippets.ts";
import type { Translations } from "../kit/language.ts";
import { type Api, APIS } from "../request/dependencies.ts";

interface Messages {
  readonly title: string;
  readonly why: string;
  readonly standard: string;
  readonly names: Readonly<Record<SnippetName, string>>;
  readonly sdkWhy: string;
}

/** What each of the two steps of a sign-in is called, for the APIs that have them. */
const steps = (signIn: string, exchange: string, register: string, logIn: string) => {
  const names = { "sign-in": signIn, exchange, register, "log-in": logIn };
  return Object.fromEntries(
    APIS.flatMap((api) => Object.entries(names).map(([step, name]) => [`${api}-${step}`, name])),
  ) as Record<`${Api}-${keyof typeof names}`, string>;
};

export const snippetsMessages: Translations<Messages> = {
  en: {
    title: "Code",
    why: "With the ids of this application filled in. One click selects a piece. What stands in capitals is yours to fill in; a secret belongs on a server, never into a page or an app.",
    standard: "OAuth 2.0 and gRPC",
    sdkWhy:
      "Send the visitor to the url that begin answers and keep pending in the visitor’s session; finish takes it with the address that the visitor comes back by.",
    names: {
      sdk: "Sign users in, in TypeScript with @latchkey/sdk",
      authorize:
        "The same by hand: make the address that the browser is sent to, new for each visitor",
      exchange: "The code that comes back becomes a token",
      user: "Whose token it is",
      introspect: "Whether a token of this application still works",
      "client-credentials": "A token for the application itself",
      grpc: "Over gRPC, with the buf command",
      ...steps(
        "Send the browser here",
        "The code that comes back is exchanged by your server",
        "Register a user",
        "Sign a user in",
      ),
    },
  },
  ru: {
    title: "Код",
    why: "Идентификаторы приложения уже подставлены. Фрагмент выделяется одним щелчком. Слова заглавными буквами замените своими значениями; секрет держите на сервере, не на странице и не в приложении.",
    standard: "OAuth 2.0 и gRPC",
    sdkWhy:
      "Отправьте посетителя по адресу url из begin и сохраните pending в его сессии; finish берёт его и адрес, по которому посетитель вернулся.",
    names: {
      sdk: "Вход пользователей на TypeScript с @latchkey/sdk",
      authorize:
        "То же вручную: адрес, на который отправляют браузер, новый для каждого посетителя",
      exchange: "Вернувшийся код обменивается на токен",
      user: "Чей это токен",
      introspect: "Действует ли ещё токен этого приложения",
      "client-credentials": "Токен для самого приложения",
      grpc: "По gRPC, командой buf",
      ...steps(
        "Отправьте браузер сюда",
        "Вернувшийся код обменивает ваш сервер",
        "Зарегистрировать пользователя",
        "Вход пользователя",
      ),
    },
  },
  zh: {
    title: "代码",
    why: "已填入此应用的 ID，单击即可选中整段代码。大写部分请替换为您自己的值；密钥只能放在服务器上，切勿写入网页或客户端。",
    standard: "OAuth 2.0 和 gRPC",
    sdkWhy:
      "把访客送往 begin 返回的 url，并将 pending 存入访客会话；finish 使用它和访客返回时的地址。",
    names: {
      sdk: "用 TypeScript 和 @latchkey/sdk 让用户登录",
      authorize: "手动方式：生成浏览器要前往的地址，每位访客各不相同",
      exchange: "用返回的授权码换取令牌",
      user: "令牌属于谁",
      introspect: "此应用的令牌是否仍然有效",
      "client-credentials": "应用自身的令牌",
      grpc: "通过 gRPC，使用 buf 命令",
      ...steps("将浏览器送往这里", "由您的服务器用返回的授权码换取结果", "注册用户", "用户登录"),
    },
  },
};

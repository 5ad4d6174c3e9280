import type { SnippetName } from "./snippets.ts";
import type { Translations } from "../../kit/language.ts";
import { type Api, APIS } from "../../request/dependencies.ts";

interface Messages {
  readonly title: string;
  readonly why: string;
  readonly standard: string;
  readonly names: Readonly<Record<SnippetName, string>>;
  readonly sdkWhy: string;
  readonly libraries: string;
  readonly librariesWhy: string;
  /** Before the redirect URI that a library needs. */
  readonly missing: string;
  /** Why no library has code for the application. */
  readonly without: Readonly<Record<"strict" | "no-openid", string>>;
  /** The link to the settings of the application. */
  readonly settings: string;
}

/** Names the steps of a sign-in for each documented API. */
const steps = (signIn: string, exchange: string, register: string, logIn: string) => {
  const names = { "sign-in": signIn, exchange, register, "log-in": logIn };
  return Object.fromEntries(
    APIS.flatMap((api) => Object.entries(names).map(([step, name]) => [`${api}-${step}`, name])),
  ) as Record<`${Api}-${keyof typeof names}`, string>;
};

export const snippetsMessages: Translations<Messages> = {
  en: {
    title: "Code",
    why:
      "The IDs of this application are already filled in. Click a piece of code to select " +
      "it. Replace the words in capitals with your own values. Keep the client secret on a " +
      "server, never in a page or an app.",
    standard: "OAuth 2.0 and gRPC",
    sdkWhy:
      "Redirect the user to the url that begin returns, and store pending in the user’s " +
      "session. Pass it to finish together with the address that the user returns to.",
    libraries: "Code for libraries",
    librariesWhy:
      "Choose a library. The first lines of its code say what to install and how to run it. Pass " +
      "secrets in the environment, as these lines do: LATCHKEY_CLIENT_SECRET is the client " +
      "secret, and SESSION_SECRET a long random text of your own.",
    missing: "This library needs another redirect URI. Add it to the application:",
    without: {
      "no-openid":
        "The libraries of OpenID Connect need the permission to sign users in. Give it to the " +
        "application.",
      strict:
        "This application has stricter rules than the code of the libraries follows: a key " +
        "instead of a secret, another algorithm, pushed requests or DPoP.",
    },
    settings: "Settings",
    names: {
      sdk: "Sign users in with TypeScript and @latchkey/sdk",
      "sdk-device": "Connect a device with TypeScript and @latchkey/sdk",
      "sdk-machine": "Get tokens with TypeScript and @latchkey/sdk",
      authorize: "Without the SDK: create the authorization URL, new for each user",
      exchange: "Exchange the returned code for a token",
      user: "Get the user of a token",
      introspect: "Check whether a token of this application is active",
      "client-credentials": "Get a token for the application itself",
      grpc: "Call gRPC with the buf command",
      ...steps(
        "Redirect the browser to this address",
        "Exchange the returned code on your server",
        "Register a user",
        "Sign a user in",
      ),
    },
  },
  ru: {
    title: "Код",
    why:
      "Идентификаторы приложения уже подставлены. Фрагмент выделяется одним щелчком. " +
      "Замените слова, написанные заглавными буквами, своими значениями. Храните секрет на " +
      "сервере, а не на странице или в приложении.",
    standard: "OAuth 2.0 и gRPC",
    sdkWhy:
      "Перенаправьте пользователя по адресу url, который вернул begin, и сохраните " +
      "pending в его сессии. Передайте pending в finish вместе с адресом, на который " +
      "вернулся пользователь.",
    libraries: "Код для библиотек",
    librariesWhy:
      "Выберите библиотеку. Первые строки кода говорят, что установить и как запустить. " +
      "Передавайте секреты через окружение, как в этих строках: LATCHKEY_CLIENT_SECRET — секрет " +
      "приложения, SESSION_SECRET — ваш собственный длинный случайный текст.",
    missing: "Этой библиотеке нужен другой URI перенаправления. Добавьте его в приложение:",
    without: {
      "no-openid":
        "Библиотекам OpenID Connect нужно разрешение выполнять вход пользователей. Дайте его " +
        "приложению.",
      strict:
        "У приложения более строгие правила, чем у кода библиотек: ключ вместо секрета, другой " +
        "алгоритм, запросы PAR или DPoP.",
    },
    settings: "Настройки",
    names: {
      sdk: "Выполнить вход пользователей на TypeScript с @latchkey/sdk",
      "sdk-device": "Подключить устройство на TypeScript с @latchkey/sdk",
      "sdk-machine": "Получать токены на TypeScript с @latchkey/sdk",
      authorize: "Без SDK: создать URL авторизации, новый для каждого пользователя",
      exchange: "Обменять полученный код на токен",
      user: "Получить пользователя по токену",
      introspect: "Проверить, действует ли токен этого приложения",
      "client-credentials": "Получить токен для самого приложения",
      grpc: "Вызвать gRPC командой buf",
      ...steps(
        "Перенаправить браузер на этот адрес",
        "Обменять полученный код на своём сервере",
        "Зарегистрировать пользователя",
        "Выполнить вход пользователя",
      ),
    },
  },
  zh: {
    title: "代码",
    why:
      "已填入此应用的 ID，单击即可选中整段代码。请将大写的内容替换为您自己的值。客户端密钥只" +
      "能保存在服务器上，切勿写入网页或客户端。",
    standard: "OAuth 2.0 和 gRPC",
    sdkWhy:
      "将用户重定向到 begin 返回的 url，并将 pending 存入用户会话。用户返回后，将 pending " +
      "和返回的地址一起传给 finish。",
    libraries: "各种库的代码",
    librariesWhy:
      "请选择一个库。代码的前几行说明要安装什么、如何运行。请像这些行一样通过环境变量传入密钥：" +
      "LATCHKEY_CLIENT_SECRET 是客户端密钥，SESSION_SECRET 是您自己的一段较长的随机文本。",
    missing: "此库需要另一个重定向 URI，请将其添加到应用：",
    without: {
      "no-openid": "OpenID Connect 库需要“让用户登录”权限，请为应用开启该权限。",
      strict: "此应用的规则比这些库的代码更严格：用密钥对代替客户端密钥、其他算法、PAR 或 DPoP。",
    },
    settings: "设置",
    names: {
      sdk: "使用 TypeScript 和 @latchkey/sdk 让用户登录",
      "sdk-device": "使用 TypeScript 和 @latchkey/sdk 连接设备",
      "sdk-machine": "使用 TypeScript 和 @latchkey/sdk 获取令牌",
      authorize: "不使用 SDK：为每位用户生成新的授权地址",
      exchange: "用返回的授权码换取令牌",
      user: "获取令牌所属的用户",
      introspect: "检查此应用的令牌是否有效",
      "client-credentials": "获取应用自身的令牌",
      grpc: "使用 buf 命令调用 gRPC",
      ...steps(
        "将浏览器重定向到此地址",
        "在您的服务器上用返回的授权码换取结果",
        "注册用户",
        "用户登录",
      ),
    },
  },
};

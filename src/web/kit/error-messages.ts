import type { AuthorizationRefusal } from "../../domain/oauth/authorization/outcome.ts";
import type { Translations } from "./language.ts";

/** The reasons of an error page: refusals of the flow, and what can happen on any page. */
export type Ending =
  | AuthorizationRefusal["reason"]
  | "forbidden"
  | "dead-link"
  | "not-found"
  | "method"
  | "forged"
  | "too-many"
  | "too-large"
  | "unavailable"
  | "fault";

interface Messages {
  readonly endings: Readonly<Record<Ending, readonly [title: string, text: string]>>;
  readonly goOn: string;
  readonly backTo: (host: string) => string;
  readonly start: string;
  readonly again: string;
  /** `when` is a text such as "in 4 minutes". */
  readonly wait: (when: string) => string;
  /** What was asked for may have been done although there was no answer. */
  readonly maybeDone: string;
  readonly code: string;
}

export const errorMessages: Translations<Messages> = {
  en: {
    endings: {
      "unknown-client": [
        "Application not found",
        "This link names an application that is not registered here. No data was sent to it.",
      ],
      "disabled-client": [
        "Application switched off",
        "An administrator of this server has switched this application off. It can’t sign you " +
          "in or use your account. No data was sent to it.",
      ],
      "unregistered-redirect-uri": [
        "Redirect address not registered",
        "The application asked us to send you to an address that it has not registered. " +
          "It may be an impostor, so we stopped here. No data was sent to it.",
      ],
      "malformed-request": [
        "Invalid link",
        "A required value is missing or appears twice. Go back to the application and start again.",
      ],
      expired: ["This page has expired", "Go back to the application and start again."],
      "other-session": [
        "Your sign-in has changed",
        "This request belongs to another sign-in session. Go back to the application and " +
          "start again.",
      ],
      "not-allowed": [
        "Access denied",
        "You no longer administer this community. Go back to the application and start again.",
      ],
      denied: [
        "You denied access",
        "The application was not given access. You can close this page.",
      ],
      answered: [
        "You have already answered this request",
        "Each request can be answered only once.",
      ],
      "application-error": [
        "Application error",
        "The application sent a request that we can’t process. You can go back to it or " +
          "close this page.",
      ],
      forbidden: ["Access denied", "Your role does not allow this action."],
      "dead-link": [
        "This link no longer works",
        "It was already used, it has expired, or a newer e-mail replaced it.",
      ],
      "not-found": ["Page not found", "Check the address and try again."],
      method: ["This request is not supported", "Start again from the beginning."],
      forged: [
        "This form has expired",
        "The form was sent from another site, you signed in or out while it was open, or " +
          "your browser does not accept cookies. Open the page again.",
      ],
      "too-large": [
        "The form is too large",
        "A form may have 64 KiB. If it contains a file, choose a smaller one.",
      ],
      "too-many": ["Too many attempts", "Wait a moment and try again."],
      unavailable: ["Service temporarily unavailable", "Try again in a moment."],
      fault: [
        "Something went wrong",
        "An unexpected error occurred on the server. Try again in a moment.",
      ],
    },
    goOn: "Continue",
    backTo: (host) => `Go back to ${host}`,
    start: "Go to start page",
    again: "Try again",
    wait: (when) => `You can try again ${when}.`,
    maybeDone: "What you asked for may have been done all the same. Look before you try again.",
    code: "Error code",
  },
  ru: {
    endings: {
      "unknown-client": [
        "Приложение не найдено",
        "Ссылка ведёт от приложения, которое здесь не зарегистрировано. Никакие данные " +
          "ему не переданы.",
      ],
      "disabled-client": [
        "Приложение отключено",
        "Администратор этого сервера отключил это приложение. Войти через него нельзя, и доступа " +
          "к вашему аккаунту у него нет. Никакие данные ему не переданы.",
      ],
      "unregistered-redirect-uri": [
        "Адрес перенаправления не зарегистрирован",
        "Приложение просит перенаправить вас на адрес, который оно не зарегистрировало. " +
          "Возможно, это подделка, поэтому мы остановились. Никакие данные не переданы.",
      ],
      "malformed-request": [
        "Неверная ссылка",
        "В ссылке не хватает обязательного значения или оно повторяется. Вернитесь в " +
          "приложение и начните сначала.",
      ],
      expired: ["Срок действия страницы истёк", "Вернитесь в приложение и начните сначала."],
      "other-session": [
        "Сеанс входа изменился",
        "Этот запрос относится к другому сеансу входа. Вернитесь в приложение и начните сначала.",
      ],
      "not-allowed": [
        "Доступ запрещён",
        "Вы больше не управляете этим сообществом. Вернитесь в приложение и начните сначала.",
      ],
      denied: [
        "Вы отказали в доступе",
        "Приложение не получило доступ. Эту страницу можно закрыть.",
      ],
      answered: [
        "Вы уже ответили на этот запрос",
        "На каждый запрос можно ответить только один раз.",
      ],
      "application-error": [
        "Ошибка приложения",
        "Приложение отправило запрос, который нельзя обработать. Вернитесь в приложение " +
          "или закройте страницу.",
      ],
      forbidden: ["Доступ запрещён", "Ваша роль не позволяет выполнить это действие."],
      "dead-link": [
        "Ссылка больше не работает",
        "Она уже использована, её срок истёк, или её заменила ссылка из более нового письма.",
      ],
      "not-found": ["Страница не найдена", "Проверьте адрес и попробуйте ещё раз."],
      method: ["Неподдерживаемый запрос", "Начните сначала."],
      forged: [
        "Форма устарела",
        "Форма отправлена с другого сайта, вы вошли или вышли, пока она была открыта, или " +
          "браузер не сохраняет файлы cookie. Откройте страницу заново.",
      ],
      "too-large": [
        "Форма слишком велика",
        "Форма может занимать 64 КиБ. Если в ней есть файл, выберите файл меньше.",
      ],
      "too-many": ["Слишком много попыток", "Подождите немного и попробуйте ещё раз."],
      unavailable: ["Сервис временно недоступен", "Попробуйте через минуту."],
      fault: [
        "Что-то пошло не так",
        "На сервере произошла непредвиденная ошибка. Попробуйте через минуту.",
      ],
    },
    goOn: "Продолжить",
    backTo: (host) => `Вернуться на ${host}`,
    start: "На главную",
    again: "Попробовать ещё раз",
    wait: (when) => `Попробуйте снова ${when}.`,
    maybeDone: "Возможно, изменение всё же сохранено. Проверьте это, прежде чем повторять.",
    code: "Код ошибки",
  },
  zh: {
    endings: {
      "unknown-client": ["应用不存在", "该链接指向的应用未注册。我们没有向其发送任何数据。"],
      "disabled-client": [
        "应用已停用",
        "本服务器的管理员已停用该应用。您无法通过它登录，它也无法访问您的账号。我们没有向其发送任何数据。",
      ],
      "unregistered-redirect-uri": [
        "重定向地址未注册",
        "该应用请求将您重定向到未注册的地址，可能是仿冒应用，因此我们已停止操作。我们没有向其发送任何数据。",
      ],
      "malformed-request": ["链接无效", "链接中缺少必需的值，或有重复的值。请返回应用重新开始。"],
      expired: ["页面已过期", "请返回应用重新开始。"],
      "other-session": ["登录状态已改变", "该请求来自另一个登录会话。请返回应用重新开始。"],
      "not-allowed": ["没有权限", "您不再是该社群的管理员。请返回应用重新开始。"],
      denied: ["您已拒绝授权", "该应用未获得访问权限。您可以关闭此页面。"],
      answered: ["您已处理过此请求", "每个请求只能处理一次。"],
      "application-error": ["应用出错", "该应用发送的请求无法处理。您可以返回应用，或关闭此页面。"],
      forbidden: ["没有权限", "您的角色无权执行此操作。"],
      "dead-link": ["链接已失效", "链接已被使用、已过期，或已被更新的邮件取代。"],
      "not-found": ["页面不存在", "请检查地址后重试。"],
      method: ["不支持的请求", "请从头开始。"],
      forged: [
        "表单已过期",
        "表单来自其他网站，或您在此期间登录或退出过，或浏览器未启用 Cookie。请重新打开页面。",
      ],
      "too-large": ["表单过大", "表单最多 64 KiB。如包含文件，请选择较小的文件。"],
      "too-many": ["尝试次数过多", "请稍候再试。"],
      unavailable: ["服务暂时不可用", "请稍后再试。"],
      fault: ["出错了", "服务器发生意外错误，请稍后再试。"],
    },
    goOn: "继续",
    backTo: (host) => `返回 ${host}`,
    start: "返回首页",
    again: "重试",
    wait: (when) => `请在${when}再试。`,
    maybeDone: "您的操作可能已经生效。请先确认，再重试。",
    code: "错误代码",
  },
};

// The texts of the pages that end a way.
import type { Refusal } from "../../domain/oauth/authorization/outcome.ts";
import type { Translations } from "./language.ts";

/** Why there is an error page: what ends a flow, and what may happen to any page. */
export type Ending =
  | Refusal["reason"]
  | "forbidden"
  | "dead-link"
  | "not-found"
  | "method"
  | "forged"
  | "too-many"
  | "unavailable"
  | "fault";

interface Messages {
  readonly endings: Readonly<Record<Ending, readonly [title: string, text: string]>>;
  readonly goOn: string;
  readonly backTo: (host: string) => string;
  readonly start: string;
  readonly code: string;
}

export const errorMessages: Translations<Messages> = {
  en: {
    endings: {
      "unknown-client": [
        "We don’t know this application",
        "The link that brought you here names an application that is not registered. Nothing was sent to it.",
      ],
      "unregistered-redirect-uri": [
        "This address is not registered",
        "The application wants to send you to an address that it has not registered here. It may not be who it says, so we stop. Nothing was sent to it.",
      ],
      "malformed-request": [
        "This link is damaged",
        "Something is missing from it or stands in it twice. Go back to the application and start again.",
      ],
      expired: ["This page was open too long", "Go back to the application and start again."],
      "other-session": [
        "You are signed in differently now",
        "This question was put to another sign-in. Go back to the application and start again.",
      ],
      "not-allowed": [
        "You can’t do this any more",
        "You no longer administer this community. Go back to the application and start again.",
      ],
      denied: ["You refused", "The application gets nothing. You can close this page."],
      answered: ["You have answered this already", "Every question takes one answer."],
      "application-error": [
        "The application made a mistake",
        "Its request can’t be answered. You can go back to it, or close this page.",
      ],
      forbidden: ["You can’t do this", "Your role doesn’t allow it, or no longer."],
      "dead-link": [
        "This link no longer works",
        "It has been used, its time has passed, or a newer letter has taken its place.",
      ],
      "not-found": ["There is nothing here", "Check the address."],
      method: ["This is not how this page works", "Start again from the beginning."],
      forged: [
        "This form is out of date",
        "It was sent from another site, or it was open while you signed in or out, or your browser keeps no cookies. Open the page again.",
      ],
      "too-many": ["Too many tries", "Wait a little, then try again."],
      unavailable: ["We can’t answer right now", "Try again in a moment."],
      fault: ["Something went wrong on our side", "Try again in a moment."],
    },
    goOn: "Continue",
    backTo: (host) => `Go back to ${host}`,
    start: "Start page",
    code: "Error",
  },
  ru: {
    endings: {
      "unknown-client": [
        "Такого приложения мы не знаем",
        "Ссылка ведёт от приложения, которое здесь не зарегистрировано. Ему ничего не отправлено.",
      ],
      "unregistered-redirect-uri": [
        "Этот адрес не зарегистрирован",
        "Приложение хочет отправить вас на адрес, который не зарегистрирован. Возможно, оно не то, за что себя выдаёт, поэтому мы остановились. Ему ничего не отправлено.",
      ],
      "malformed-request": [
        "Ссылка повреждена",
        "В ней чего-то не хватает или что-то повторяется. Вернитесь в приложение и начните сначала.",
      ],
      expired: ["Страница была открыта слишком долго", "Вернитесь в приложение и начните сначала."],
      "other-session": [
        "Вход с тех пор изменился",
        "Этот вопрос был задан при другом входе. Вернитесь в приложение и начните сначала.",
      ],
      "not-allowed": [
        "Теперь это вам недоступно",
        "Вы больше не управляете этим сообществом. Вернитесь в приложение и начните сначала.",
      ],
      denied: ["Вы отказали", "Приложение ничего не получит. Страницу можно закрыть."],
      answered: ["Вы уже ответили", "На каждый вопрос можно ответить один раз."],
      "application-error": [
        "Приложение ошиблось",
        "На его запрос нельзя ответить. Можно вернуться в него или закрыть страницу.",
      ],
      forbidden: ["Это вам недоступно", "Ваша роль этого не позволяет или больше не позволяет."],
      "dead-link": [
        "Ссылка больше не работает",
        "Она уже использована, её срок истёк, или её заменило более новое письмо.",
      ],
      "not-found": ["Здесь ничего нет", "Проверьте адрес."],
      method: ["Эта страница работает иначе", "Начните сначала."],
      forged: [
        "Форма устарела",
        "Она отправлена с другого сайта, или была открыта, пока вы входили или выходили, или браузер не хранит cookie. Откройте страницу заново.",
      ],
      "too-many": ["Слишком много попыток", "Подождите немного и попробуйте ещё раз."],
      unavailable: ["Сейчас ответить не получается", "Попробуйте через минуту."],
      fault: ["У нас что-то сломалось", "Попробуйте через минуту."],
    },
    goOn: "Продолжить",
    backTo: (host) => `Вернуться на ${host}`,
    start: "На главную",
    code: "Ошибка",
  },
  zh: {
    endings: {
      "unknown-client": [
        "应用不存在",
        "带您来到这里的链接所指的应用没有登记。我们没有向它发送任何内容。",
      ],
      "unregistered-redirect-uri": [
        "地址未登记",
        "该应用想把您送往一个没有登记的地址，它可能是冒充的，因此我们停在这里。我们没有向它发送任何内容。",
      ],
      "malformed-request": ["链接已损坏", "链接中缺少内容或有重复。请返回应用重新开始。"],
      expired: ["页面打开时间过长", "请返回应用重新开始。"],
      "other-session": ["登录状态已改变", "这个问题属于另一次登录。请返回应用重新开始。"],
      "not-allowed": ["您已无权执行此操作", "您不再是该社群的管理员。请返回应用重新开始。"],
      denied: ["您已拒绝", "该应用不会得到任何内容。您可以关闭此页面。"],
      answered: ["您已经回答过了", "每个问题只能回答一次。"],
      "application-error": ["应用出错了", "它的请求无法处理。您可以返回应用，或关闭此页面。"],
      forbidden: ["您不能这样做", "您的角色没有或已不再有此权限。"],
      "dead-link": ["链接已失效", "它已被使用、已过期，或已被更新的信取代。"],
      "not-found": ["这里什么都没有", "请检查地址。"],
      method: ["此页面不能这样使用", "请从头开始。"],
      forged: [
        "表单已失效",
        "它来自其他网站，或者您在此期间登录或退出过，或者浏览器不保存 Cookie。请重新打开页面。",
      ],
      "too-many": ["尝试次数过多", "请稍候再试。"],
      unavailable: ["暂时无法响应", "请稍后再试。"],
      fault: ["我们这边出了问题", "请稍后再试。"],
    },
    goOn: "继续",
    backTo: (host) => `返回 ${host}`,
    start: "返回首页",
    code: "错误",
  },
};

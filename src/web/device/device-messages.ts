import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly code: string;
  readonly hint: string;
  readonly go: string;
  readonly wrong: string;
  readonly wait: string;
  readonly warning: string;
  readonly allowed: string;
  readonly allowedWhat: string;
  readonly denied: string;
  readonly deniedWhat: string;
  readonly lost: string;
}

export const deviceMessages: Translations<Messages> = {
  en: {
    title: "Connect a device",
    what: "Enter the code that your device shows.",
    code: "Code",
    hint: "8 letters, as BCDF-GHJK. Enter only a code that your own device shows you now.",
    go: "Continue",
    wrong: "This code is unknown, has expired or was already used. Check it or start again.",
    wait: "Too many codes. Wait a few minutes.",
    warning:
      "Continue only if you started this yourself on a device in front of you. If another " +
      "person sent you the code or the link, they would get access to your account.",
    allowed: "The device is connected",
    allowedWhat: "You can close this page and go back to your device.",
    denied: "The device has no access",
    deniedWhat: "Nothing was allowed. You can close this page.",
    lost: "The request has expired, has changed or was already answered. Enter the code again.",
  },
  ru: {
    title: "Подключение устройства",
    what: "Введите код, который показывает ваше устройство.",
    code: "Код",
    hint:
      "8 букв, например BCDF-GHJK. Вводите только код, который сейчас показывает ваше " +
      "устройство.",
    go: "Продолжить",
    wrong: "Код неизвестен, истёк или уже использован. Проверьте его или начните заново.",
    wait: "Слишком много кодов. Подождите несколько минут.",
    warning:
      "Продолжайте, только если вы сами начали это на устройстве перед вами. Если код или ссылку " +
      "прислал другой человек, он получит доступ к вашему аккаунту.",
    allowed: "Устройство подключено",
    allowedWhat: "Можно закрыть эту страницу и вернуться к устройству.",
    denied: "Устройство не получило доступ",
    deniedWhat: "Ничего не разрешено. Можно закрыть эту страницу.",
    lost: "Запрос истёк, изменился или на него уже ответили. Введите код ещё раз.",
  },
  zh: {
    title: "连接设备",
    what: "请输入您的设备上显示的代码。",
    code: "代码",
    hint: "8 个字母，例如 BCDF-GHJK。只输入您自己的设备此刻显示的代码。",
    go: "继续",
    wrong: "该代码未知、已过期或已使用。请检查代码，或重新开始。",
    wait: "尝试的代码过多，请等待几分钟。",
    warning:
      "仅当您自己在面前的设备上发起此操作时才继续。如果代码或链接是他人发给您的，对方将获得您账号的访问权限。",
    allowed: "设备已连接",
    allowedWhat: "您可以关闭此页面并返回设备。",
    denied: "设备未获得访问权限",
    deniedWhat: "没有授予任何权限。您可以关闭此页面。",
    lost: "请求已过期、已更改或已被处理。请重新输入代码。",
  },
};

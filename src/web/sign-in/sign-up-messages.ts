// The texts of registration.
import type { PasswordRule } from "../../domain/passwords/policy.ts";
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly email: string;
  readonly name: string;
  readonly nameHint: string;
  readonly password: string;
  readonly passwordHint: string;
  readonly signUp: string;
  readonly haveAccount: string;
  readonly signIn: string;
  readonly emailInvalid: string;
  readonly nameInvalid: string;
  readonly nameTaken: string;
  /** Where an account comes to be only when its address is confirmed. */
  readonly sentTitle: string;
  readonly sent: string;
  readonly late: string;
  readonly again: string;
  readonly confirmTitle: string;
  readonly confirm: (email: string, name: string) => string;
  readonly confirmWrong: string;
  readonly confirmSubmit: string;
  readonly forgotten: string;
  readonly nameAlike: string;
  readonly passwordWrong: Readonly<Record<PasswordRule, string>>;
}

export const signUpMessages: Translations<Messages> = {
  en: {
    title: "Create an account",
    email: "E-mail",
    name: "User name",
    nameHint: "How others see you. Without @.",
    password: "Password",
    passwordHint: "At least 8 characters. A few words are better than a few signs.",
    signUp: "Create account",
    haveAccount: "Have an account already?",
    signIn: "Sign in",
    emailInvalid: "This is not an e-mail address.",
    nameInvalid: "A name is made of what can be seen, with single spaces between, and has no @.",
    nameTaken: "Somebody else has this name. Choose another one.",
    sentTitle: "Look into your mailbox",
    sent: "A letter is on its way to this address. If the address is new here, the link in it opens your account: you can sign in from then on. It works once, for 24 hours.",
    late: "Nothing there? Look among the spam, or",
    again: "sign up again",
    confirmTitle: "Confirm your address",
    confirm: (email, name) =>
      `This opens the account ${name} with the address ${email}. Give the password that was chosen for it. If this was not you, close this page: there will be no account.`,
    confirmWrong: "This is not the password that was chosen for this account.",
    confirmSubmit: "Open the account",
    forgotten: "Sign up again with another password",
    nameAlike: "This name looks like another user’s. Choose another one.",
    passwordWrong: {
      short: "This password is too short: 8 characters at least.",
      long: "This password is too long.",
      common:
        "This password is among the first that are tried: a common word, a row of keys or a repeat, with little more. Choose another one.",
      personal: "This password is your address, your name or ours. Choose another one.",
    },
  },
  ru: {
    title: "Новый аккаунт",
    email: "Почта",
    name: "Имя пользователя",
    nameHint: "Так вас видят другие. Без знака @.",
    password: "Пароль",
    passwordHint: "Не меньше 8 символов. Несколько слов надёжнее нескольких знаков.",
    signUp: "Создать аккаунт",
    haveAccount: "Уже есть аккаунт?",
    signIn: "Войти",
    emailInvalid: "Это не адрес почты.",
    nameInvalid:
      "Имя состоит из видимых знаков, между которыми бывают одиночные пробелы, без знака @.",
    nameTaken: "Это имя занято. Выберите другое.",
    sentTitle: "Проверьте почту",
    sent: "Письмо на этот адрес уже в пути. Если адрес здесь новый, ссылка в письме откроет ваш аккаунт, и с этого момента можно будет войти. Она работает один раз, в течение 24 часов.",
    late: "Письма нет? Загляните в спам или",
    again: "зарегистрируйтесь ещё раз",
    confirmTitle: "Подтвердите адрес",
    confirm: (email, name) =>
      `Так откроется аккаунт ${name} с адресом ${email}. Введите пароль, который был для него выбран. Если это были не вы, закройте страницу: аккаунт не появится.`,
    confirmWrong: "Для этого аккаунта был выбран другой пароль.",
    confirmSubmit: "Открыть аккаунт",
    forgotten: "Зарегистрироваться заново с другим паролем",
    nameAlike: "Это имя не отличить на вид от имени другого пользователя. Выберите другое.",
    passwordWrong: {
      short: "Пароль слишком короткий: нужно не меньше 8 символов.",
      long: "Пароль слишком длинный.",
      common:
        "Этот пароль подбирают одним из первых: частое слово, ряд клавиш или повтор и мало чего ещё. Придумайте другой.",
      personal: "Этот пароль — ваш адрес, ваше имя или название сервиса. Придумайте другой.",
    },
  },
  zh: {
    title: "创建账号",
    email: "邮箱",
    name: "用户名",
    nameHint: "其他人看到的名字，不能包含 @。",
    password: "密码",
    passwordHint: "至少 8 个字符。几个词比几个符号更安全。",
    signUp: "创建账号",
    haveAccount: "已有账号？",
    signIn: "登录",
    emailInvalid: "这不是有效的邮箱地址。",
    nameInvalid: "用户名只能由可见的字符组成，中间可以有单个空格，且不能包含 @。",
    nameTaken: "该用户名已被使用，请换一个。",
    sentTitle: "请查看您的邮箱",
    sent: "一封信正发往该邮箱。如果该邮箱尚未注册，打开信中的链接即可开通您的账号，之后便能登录。链接只能使用一次，24 小时内有效。",
    late: "没有收到？请查看垃圾邮件，或",
    again: "重新注册",
    confirmTitle: "确认您的邮箱",
    confirm: (email, name) =>
      `这将开通账号 ${name}，邮箱为 ${email}。请输入注册时选择的密码。如果不是您本人，请关闭此页面：不会创建任何账号。`,
    confirmWrong: "这不是注册该账号时选择的密码。",
    confirmSubmit: "开通账号",
    forgotten: "用其他密码重新注册",
    nameAlike: "该用户名看起来和其他用户的名字一样，请换一个。",
    passwordWrong: {
      short: "密码太短，至少需要 8 个字符。",
      long: "密码太长。",
      common: "这个密码太常见（常用词、键盘顺序或重复字符），容易被猜到，请换一个。",
      personal: "密码不能是您的邮箱、用户名或本服务的名称，请换一个。",
    },
  },
};

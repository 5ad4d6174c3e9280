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
    nameHint: "Other users see this name. It can’t contain @.",
    password: "Password",
    passwordHint: "At least 8 characters. A password of several words is safer.",
    signUp: "Create account",
    haveAccount: "Already have an account?",
    signIn: "Sign in",
    emailInvalid: "Enter a valid e-mail address.",
    nameInvalid:
      "Use visible characters, with single spaces between words. The name can’t contain @.",
    nameTaken: "This user name is already taken. Choose another one.",
    sentTitle: "Check your inbox",
    sent:
      "We sent an e-mail to this address. If the address is not registered yet, open the " +
      "link in the e-mail to create your account. The link works once and expires in 24 " +
      "hours.",
    late: "Didn’t get the e-mail? Check your spam folder.",
    again: "Sign up again",
    confirmTitle: "Confirm your e-mail address",
    confirm: (email, name) =>
      `This creates the account ${name} with the e-mail address ${email}. Enter the ` +
      "password that was chosen at sign-up. If you did not sign up, close this page. No " +
      "account will be created.",
    confirmWrong: "Wrong password. Enter the password that was chosen at sign-up.",
    confirmSubmit: "Create account",
    forgotten: "Sign up again with another password",
    nameAlike: "This user name is too similar to another user’s name. Choose another one.",
    passwordWrong: {
      short: "This password is too short. Use at least 8 characters.",
      long: "This password is too long.",
      common: "This password is too common. Choose another one.",
      personal:
        "This password is your e-mail address, your user name or the name of this " +
        "service. Choose another one.",
    },
  },
  ru: {
    title: "Создание аккаунта",
    email: "Почта",
    name: "Имя пользователя",
    nameHint: "Это имя видят другие пользователи. Знак @ недопустим.",
    password: "Пароль",
    passwordHint: "Не меньше 8 символов. Пароль из нескольких слов надёжнее.",
    signUp: "Создать аккаунт",
    haveAccount: "Уже есть аккаунт?",
    signIn: "Войти",
    emailInvalid: "Введите корректный адрес электронной почты.",
    nameInvalid: "Используйте видимые символы и одиночные пробелы между словами, без знака @.",
    nameTaken: "Это имя пользователя уже занято. Выберите другое.",
    sentTitle: "Проверьте почту",
    sent:
      "Мы отправили письмо на этот адрес. Если он ещё не зарегистрирован, откройте ссылку в " +
      "письме, чтобы создать аккаунт. Ссылка одноразовая и действует 24 часа.",
    late: "Не получили письмо? Проверьте папку «Спам».",
    again: "Зарегистрироваться ещё раз",
    confirmTitle: "Подтвердите адрес электронной почты",
    confirm: (email, name) =>
      `Будет создан аккаунт ${name} с адресом ${email}. Введите пароль, выбранный при ` +
      "регистрации. Если вы не регистрировались, закройте страницу: аккаунт не будет " +
      "создан.",
    confirmWrong: "Неверный пароль. Введите пароль, выбранный при регистрации.",
    confirmSubmit: "Создать аккаунт",
    forgotten: "Зарегистрироваться заново с другим паролем",
    nameAlike: "Это имя слишком похоже на имя другого пользователя. Выберите другое.",
    passwordWrong: {
      short: "Слишком короткий пароль. Используйте не меньше 8 символов.",
      long: "Слишком длинный пароль.",
      common: "Этот пароль слишком распространён. Придумайте другой.",
      personal:
        "Пароль совпадает с вашей почтой, именем пользователя или названием сервиса. " +
        "Придумайте другой.",
    },
  },
  zh: {
    title: "创建账号",
    email: "邮箱",
    name: "用户名",
    nameHint: "其他用户会看到此名称，不能包含 @。",
    password: "密码",
    passwordHint: "至少 8 个字符。由多个词组成的密码更安全。",
    signUp: "创建账号",
    haveAccount: "已有账号？",
    signIn: "登录",
    emailInvalid: "请输入有效的邮箱地址。",
    nameInvalid: "用户名只能包含可见字符，词之间可以有单个空格，不能包含 @。",
    nameTaken: "该用户名已被使用，请换一个。",
    sentTitle: "请查收邮件",
    sent: "我们已向该邮箱发送邮件。如果该邮箱尚未注册，请打开邮件中的链接创建账号。链接仅可使用一次，24 小时内有效。",
    late: "没有收到邮件？请检查垃圾邮件文件夹。",
    again: "重新注册",
    confirmTitle: "验证您的邮箱",
    confirm: (email, name) =>
      `将创建账号 ${name}，邮箱为 ${email}。请输入注册时设置的密码。如非本人操作，请关闭此` +
      "页面，系统不会创建账号。",
    confirmWrong: "密码错误。请输入注册时设置的密码。",
    confirmSubmit: "创建账号",
    forgotten: "用其他密码重新注册",
    nameAlike: "该用户名与其他用户的名字过于相似，请换一个。",
    passwordWrong: {
      short: "密码太短，至少需要 8 个字符。",
      long: "密码太长。",
      common: "密码过于常见，请换一个。",
      personal: "密码不能是您的邮箱、用户名或本服务的名称，请换一个。",
    },
  },
};

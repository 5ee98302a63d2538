namespace RemoteLlm.Hosting.Configuration;

/// <summary>A setting makes it impossible to start. The message is one line that names the setting and says what to change it to.</summary>
public sealed class SettingException(string message, Exception? innerException = null) : Exception(message, innerException);

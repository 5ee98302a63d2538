using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace RemoteLlm.Hosting.Logging;

/// <summary>
/// Lines for people: <c>10:00:00.123 INF Broker.Connectors: Connector box-1 is online</c>. Text that came from outside cannot make a line of its own or
/// steer the terminal: control characters are shown escaped, and an exception's lines are indented.
/// </summary>
internal sealed class HumanFormatter : ITextFormatter
{
    private const string OurPrefix = "RemoteLlm.";

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture));
        output.Write(' ');
        output.Write(ShortName(logEvent.Level));
        output.Write(' ');
        if (logEvent.Properties.GetValueOrDefault("SourceContext") is ScalarValue { Value: string source })
        {
            PrintableText.Write(source.StartsWith(OurPrefix, StringComparison.Ordinal) ? source.AsSpan(OurPrefix.Length) : source, output);
            output.Write(": ");
        }

        PrintableText.Write(Message(logEvent), output);
        output.WriteLine();
        if (logEvent.Exception is { } exception) WriteIndented(exception.ToString(), output);
    }

    private static string Message(LogEvent logEvent)
    {
        var message = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            // Serilog would put quotes around every text.
            if (token is PropertyToken { Format: null, Alignment: null } property
                && logEvent.Properties.GetValueOrDefault(property.PropertyName) is ScalarValue { Value: string text })
            {
                message.Write(text);
            }
            else
            {
                token.Render(logEvent.Properties, message, CultureInfo.InvariantCulture);
            }
        }

        return message.ToString();
    }

    private static void WriteIndented(string text, TextWriter output)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            output.Write("    ");
            PrintableText.Write(line, output);
            output.WriteLine();
        }
    }

    private static string ShortName(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "TRC",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        _ => "CRT",
    };
}

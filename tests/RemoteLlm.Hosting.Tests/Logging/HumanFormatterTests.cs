using RemoteLlm.Hosting.Logging;
using Serilog.Events;
using Serilog.Parsing;

namespace RemoteLlm.Hosting.Tests.Logging;

public sealed class HumanFormatterTests
{
    [Fact]
    public void Line_HasTimeLevelSourceAndMessage_WithoutQuotes() =>
        Assert.Equal(
            "10:00:00.123 WRN Broker.Connectors: Connector box-1 lost after 1.5 s\n",
            Format("Connector {Name} lost after {Seconds} s", ("Name", "box-1"), ("Seconds", 1.5)));

    [Theory]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("a\r\n12:00:00.000 INF forged", "a\\r\\n12:00:00.000 INF forged")]
    [InlineData("\u001b[2Jgone", "\\u001b[2Jgone")]
    [InlineData("c1\u009b31m\u0085", "c1\\u009b31m\\u0085")]
    [InlineData("\u2028\u202e\u0000", "\\u2028\\u202e\\u0000")]
    [InlineData("größer 漢字 😀", "größer 漢字 😀")]
    public void Value_CannotForgeALineOrSteerTheTerminal(string value, string shown) =>
        Assert.Equal($"10:00:00.123 WRN Broker.Connectors: Name {shown}\n", Format("Name {Name}", ("Name", value)));

    [Fact]
    public void TemplateThatHoldsALineBreak_StaysOneLine() =>
        Assert.Single(Format("forged\n10:00:00.000 INF yes").TrimEnd('\n').Split('\n'));

    [Fact]
    public void Exception_IsIndented_SoThatItsTextStartsNoLine()
    {
        var lines = Format("Failed", exception: new InvalidOperationException("bad\n10:00:00.000 INF forged")).TrimEnd('\n').Split('\n');
        Assert.True(lines.Length > 2);
        Assert.All(lines[1..], line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }

    private static string Format(string template, params (string Name, object Value)[] values) => Format(template, null, values);

    private static string Format(string template, Exception? exception, params (string Name, object Value)[] values)
    {
        var properties = values.Append(("SourceContext", "RemoteLlm.Broker.Connectors"))
            .Select(value => new LogEventProperty(value.Item1, new ScalarValue(value.Item2)));
        var at = new DateTimeOffset(2025, 11, 30, 10, 0, 0, 123, TimeSpan.Zero);
        var output = new StringWriter { NewLine = "\n" };
        new HumanFormatter().Format(new LogEvent(at, LogEventLevel.Warning, exception, new MessageTemplateParser().Parse(template), properties), output);
        return output.ToString();
    }
}

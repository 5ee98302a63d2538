using System.Text;
using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Tests.Access.Users;

/// <summary>Makes <c>users.yaml</c> files as people write them: all styles, indentations and quotings, comments and unknown fields everywhere.</summary>
internal static class OperatorFiles
{
    public static Gen<string> Any() => Gen.Choose(0, int.MaxValue).Select(seed => new Writer(new Random(seed)).File());

    private sealed class Writer(Random random)
    {
        private readonly StringBuilder _text = new();
        private int _comments;

        public string File()
        {
            Maybe(() => Line(0, Comment()));
            Maybe(() => _text.Append("---\n"), 10);
            Maybe(() => Line(0, $"defaults: {{burst: 5, unknown{_comments}: 1}}"));
            Maybe(() => Line(0, $"unknown_top: |{Tail()}\n  text: with\n  # no comment\n"));
            Users(random.Next(0, 4));
            Maybe(() => Line(0, "unknown_end: {a: [1, 2], b: \"x\"}"));
            Maybe(() => Line(random.Next(0, 5), Comment()));
            var text = _text.ToString();

            // Not where block text may come last: a line end more would be a change of that text, and such an edit is rightly refused.
            text = random.Next(4) == 0 && !text.Contains("# no comment", StringComparison.Ordinal) ? text.TrimEnd('\n') : text;
            return random.Next(3) == 0 ? text.ReplaceLineEndings("\r\n") : text;
        }

        private void Users(int count)
        {
            if (count == 0)
            {
                Maybe(() => Line(0, Pick("users:", "users: []", "users: [ ]", "users: ~")));
                return;
            }

            if (random.Next(6) == 0)
            {
                Line(0, $"users: [{string.Join(Pick(", ", ",\n  "), Enumerable.Range(0, count).Select(FlowUser))}]");
                return;
            }

            Line(0, "users:");
            var indent = random.Next(0, 4);
            for (var i = 0; i < count; i++)
            {
                Maybe(() => Line(random.Next(0, 6), Comment()));
                if (random.Next(4) == 0)
                {
                    Line(indent, "- " + FlowUser(i));
                }
                else
                {
                    BlockUser(indent, i);
                }

                Maybe(() => _text.Append('\n'));
            }
        }

        private void BlockUser(int indent, int number)
        {
            var gap = random.Next(1, 4);
            var inner = indent + 1 + gap;
            var keyName = Pick("gitlab_username", "\"gitlab_username\"", "'gitlab_username'");
            List<Action<string>> fields =
            [
                dash => Line(dash, $"{keyName}: {Pick($"u{number}", $"\"u{number}\"", $"'u{number}'")}"),
            ];
            Maybe(() => fields.Add(dash => Line(dash, $"unknown{number}: >\n{new string(' ', inner + 2)}folded # no comment\n{new string(' ', inner + 2)}text")));
            Maybe(() => fields.Add(dash => Line(dash, $"blocked: {Pick("true", "false", "\"false\"", "~", "")}")));
            Maybe(() => fields.Add(dash => Line(dash, $"models: {Pick("[a, \"b*\"]", $"\n{new string(' ', inner)}- a # {Comment()[2..]}\n{new string(' ', inner)}- 'b*'")}")));
            Maybe(() => fields.Add(dash => Line(dash, $"limits: {Pick("{requests_per_minute: 5, weight: 2}", "{}", "~", $"\n{new string(' ', inner + 2)}cost_per_day: 3 # {Comment()[2..]}", $"{Tail()}\n{new string(' ', inner + 1)}burst: 7\n{new string(' ', inner + 1)}unknown: 1")}")));
            Maybe(() => fields.Add(dash => Line(dash, $"role: {Pick("user", "operator", "'operator'", "~")}")));
            Maybe(() => fields.Add(dash => Line(dash, $"created_at: {Pick("2025-11-30", "2025-11-30T10:00:00.5+01:00", "'2025-11-30 10:00'")}".Replace(" 10:00'", " 10:00:00Z'", StringComparison.Ordinal))));
            Maybe(() => fields.Add(dash => Line(dash, $"api_key: {PlainKey(number, "own", inner)}")));
            Maybe(() => fields.Add(dash => Keys(dash, inner, number)), 2);
            var first = true;
            foreach (var field in random.Next(2) == 0 ? fields : [.. fields.OrderBy(_ => random.Next())])
            {
                field(first ? new string(' ', indent) + "-" + new string(' ', gap) : new string(' ', inner));
                first = false;
                Maybe(() => Line(random.Next(inner, inner + 3), Comment()));
            }
        }

        private void Keys(string start, int inner, int number)
        {
            var count = random.Next(0, 4);
            switch (random.Next(3))
            {
                case 0:
                    Line(start, $"keys: {Pick("", "~", "[]")}");
                    break;
                case 1:
                    Line(start, $"keys: [{string.Join(", ", Enumerable.Range(0, count).Select(k => FlowKey(number, k)))}]");
                    break;
                default:
                    Line(start, "keys:");
                    var indent = inner + random.Next(0, 3);
                    for (var k = 0; k <= count; k++)
                    {
                        Maybe(() => Line(inner + random.Next(0, 4), Comment()));
                        var below = new string(' ', indent + 2);
                        Line(indent, random.Next(4) == 0 ? $"- {FlowKey(number, k)}" : $"- name: k{k}{Tail()}\n{below}unknown: {{x: y}}{Tail()}\n{below}{Comment()}\n{below}{BlockSecret(number, k, indent + 2)}");
                    }

                    break;
            }
        }

        private string FlowUser(int number) => $"{{gitlab_username: u{number}{Pick("", ", unknown: 1", $", keys: [{FlowKey(number, 0)}]", ", keys: []", ", blocked: false")}}}";

        private string FlowKey(int number, int key) => random.Next(3) > 0
            ? $"{{name: k{key}, hash: {Hash(number, key)}}}"
            : $"{{name: k{key}, {Pick("", "prefix: , ", "prefix: sk-old, ")}api_key: {Pick(TypedKey(number, $"{key}"), $"'{TypedKey(number, $"{key}")}'")}{Pick("", ", unknown: 1")}}}";

        private string BlockSecret(int number, int key, int column) => random.Next(3) > 0
            ? $"hash: {Hash(number, key)}"
            : $"{Pick("", $"prefix: {Pick("", "sk-old", "~")}{Tail()}\n{new string(' ', column)}")}api_key: {PlainKey(number, $"{key}", column)}";

        // In every way in which one may write a word; on a line of its own deep enough that no comment below becomes a part of it.
        private string PlainKey(int number, string key, int column)
        {
            var typed = TypedKey(number, key);
            return Pick(typed, typed, $"\"{typed}\"", $"'{typed}'", $"{Tail()}\n{new string(' ', column + 4)}{typed}", $"|-{Tail()}\n{new string(' ', column + 4)}{typed}");
        }

        private static string TypedKey(int number, string key) => $"sk-typed-by-an-operator-of-{number}-{key}-{new string('x', 20)}";

        private static string Hash(int number, int key) => KeyDigest.Of($"{number} {key}").Format();

        private string Comment() => $"# note {_comments++}: \"it's {{[";

        private string Tail() => random.Next(3) == 0 ? "  " + Comment() : "";

        private string Pick(params string[] options) => options[random.Next(options.Length)];

        private void Maybe(Action write, int oneIn = 3)
        {
            if (random.Next(oneIn) == 0)
            {
                write();
            }
        }

        private void Line(int indent, string text) => Line(new string(' ', indent), text);

        // No comment behind text of several lines: there it would be part of the text.
        private void Line(string start, string text) =>
            _text.Append(start).Append(text).Append(text.Contains('\n', StringComparison.Ordinal) || text.StartsWith('#') ? "" : Tail()).Append('\n');
    }
}

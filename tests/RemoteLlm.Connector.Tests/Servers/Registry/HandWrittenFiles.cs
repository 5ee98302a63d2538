using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace RemoteLlm.Connector.Tests.Servers.Registry;

/// <summary>Makes <c>servers.json</c> files as people write them: all layouts, comments of both kinds and unknown members everywhere, commas at ends.</summary>
internal static class HandWrittenFiles
{
    public static Gen<string> Any() => Gen.Choose(0, int.MaxValue).Select(seed => new Writer(new Random(seed)).File());

    private sealed class Writer(Random random)
    {
        private readonly StringBuilder _text = new();
        private int _comments;

        public string File()
        {
            Blank();
            _text.Append('{');
            Blank();
            var members = new List<Action>();
            if (random.Next(6) > 0)
                members.Add(() => Member("servers", Servers));
            if (random.Next(3) == 0)
                members.Add(() => Member("unknown", () => _text.Append("{\"a\": [1, \"// none\", {}]}")));
            if (random.Next(3) == 0)
                members.Add(() => Member("fallbacks", () => _text.Append("{\"big\": [\"small\", \"s0/x\"]}")));
            Separated(members);
            _text.Append('}');
            Blank();
            var text = _text.ToString();
            return random.Next(3) == 0 ? text.ReplaceLineEndings("\r\n") : text;
        }

        private void Servers()
        {
            if (random.Next(10) == 0)
            {
                _text.Append("null");
                return;
            }

            _text.Append('[');
            Blank();
            Separated([.. Enumerable.Range(0, random.Next(0, 5)).Select<int, Action>(i => () => Server(i))]);
            _text.Append(']');
        }

        private void Server(int number)
        {
            _text.Append('{');
            Blank();
            List<Action> members =
            [
                () => Member("name", () => _text.Append(JsonSerializer.Serialize($"s{number}"))),
                () => Member("url", () => _text.Append(Pick("\"http://h:1/v1/\"", "\"http:\\/\\/größe.lan\""))),
            ];
            if (random.Next(2) == 0)
                members.Add(() => Member("unknown", () => _text.Append(Pick("\"a \\\" // b\"", "[[], {\"x\": null}]", "1e3"))));
            if (random.Next(3) == 0)
                members.Add(() => Member("models", () => _text.Append("[\"a*\", /* both */ \"b\",]")));
            Separated([.. members.OrderBy(_ => random.Next())]);
            _text.Append('}');
        }

        private void Member(string name, Action value)
        {
            _text.Append('"').Append(name).Append('"');
            Blank(most: 1);
            _text.Append(':');
            Blank(most: 1);
            value();
        }

        private void Separated(List<Action> elements)
        {
            for (var i = 0; i < elements.Count; i++)
            {
                elements[i]();
                Blank();
                if (i < elements.Count - 1 || random.Next(4) == 0)
                    _text.Append(',');
                Blank();
            }
        }

        private void Blank(int most = 3)
        {
            for (var n = random.Next(0, most + 1); n > 0; n--)
                _text.Append(Pick("", " ", "  ", "\t", "\n", "\n    ", $" // note {_comments++}, \"quoted {{[\n", $"/* note {_comments++} ,}}\n * */", "// \n"));
        }

        private string Pick(params string[] options) => options[random.Next(options.Length)];
    }
}

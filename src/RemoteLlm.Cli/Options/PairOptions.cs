using System.CommandLine;

namespace RemoteLlm.Cli.Options;

/// <summary>Options that may be given several times. They have no environment variable: what they say belongs to one command.</summary>
internal static class PairOptions
{
    /// <summary>Texts, such as <c>--model A --model B</c>.</summary>
    public static Option<string[]> Texts(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [] };

    /// <summary>Pairs of a name and a value, such as <c>--alias A=M</c>.</summary>
    public static Option<Dictionary<string, string>> Pairs(string name, string form, string description) => new(name)
    {
        Description = description,
        HelpName = form,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var token in result.Tokens)
            {
                var equals = token.Value.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0 || equals == token.Value.Length - 1)
                    result.AddError($"{name}: expected {form}.");
                else if (!pairs.TryAdd(token.Value[..equals], token.Value[(equals + 1)..]))
                    result.AddError($"{name}: {token.Value[..equals]} is given twice.");
            }

            return pairs;
        },
    };
}

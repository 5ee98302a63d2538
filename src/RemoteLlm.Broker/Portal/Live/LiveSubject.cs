namespace RemoteLlm.Broker.Portal.Live;

/// <summary>What pages follow. A page names them in <c>data-live</c>.</summary>
internal static class LiveSubject
{
    /// <summary>Models, their health and their queues.</summary>
    public const string Models = "models";

    /// <summary>Which models there are, and nothing of how they stand: changes seldom.</summary>
    public const string ModelNames = "model-names";

    /// <summary>Connectors and what they report of their servers.</summary>
    public const string Connectors = "connectors";

    /// <summary>Requests, running and ended.</summary>
    public const string Requests = "requests";

    /// <summary>Users and their keys.</summary>
    public const string Users = "users";

    /// <summary>Connectors that wait for approval.</summary>
    public const string Enrolments = "enrolments";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Models, ModelNames, Connectors, Requests, Users, Enrolments];

    /// <summary>Whether somebody may follow it. What is pushed is the subject's name alone; still, when something happens is the business of operators.</summary>
    public static bool IsOpenTo(string subject, bool isOperator) => subject is Models or ModelNames || (isOperator && All.Contains(subject));
}

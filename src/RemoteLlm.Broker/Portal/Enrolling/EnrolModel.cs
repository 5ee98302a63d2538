namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>The page on which an operator decides about a connector.</summary>
/// <param name="Code">The code that was given, as it was given.</param>
/// <param name="Enrolment">Whose it is; null when there is none of that code.</param>
/// <param name="Name">What stands in the field for its name.</param>
public sealed record EnrolModel(string Code, Enrolment? Enrolment, string Name);

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>What a connector that asks for its token is to be told.</summary>
/// <param name="Error">The word of the refusal; null when a token is to be made.</param>
/// <param name="Approved">The enrolment for which one is to be made; null when none is.</param>
internal readonly record struct EnrolmentPoll(string? Error, Enrolment? Approved);

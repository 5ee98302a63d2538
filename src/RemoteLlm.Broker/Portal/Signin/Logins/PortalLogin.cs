namespace RemoteLlm.Broker.Portal.Signin.Logins;

/// <summary>Which login a cookie is of.</summary>
/// <param name="Session">Its name: random, no secret.</param>
/// <param name="At">When it was.</param>
/// <param name="Turn">What had ended all logins of its user before it (<see cref="EndedLogins.TurnOf"/>).</param>
internal readonly record struct PortalLogin(string Session, DateTimeOffset At, string Turn);

namespace PgOAuth.Transport;

/// <summary>What flows along an asynchronous method, such as the values of <see cref="AsyncLocal{T}"/>, costs each wait.</summary>
internal static class ExecutionContexts
{
    /// <summary>From here on nothing flows along the method that calls this: it has nothing to hand on. Its caller does not notice.</summary>
    internal static void DoNotFlow()
    {
        if (!ExecutionContext.IsFlowSuppressed())
        {
            ExecutionContext.SuppressFlow();
        }
    }
}

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>AlarmDetail</name>
    <message>
        <source>ACK</source>
        <translation>RECONOCER</translation>
    </message>
    <message>
        <source>Trend</source>
        <translation>Tendencia</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
    </message>
    <message>
        <source>Touch an alarm to see what it means and what to do.</source>
        <translation>Toque una alarma para ver qué significa y qué hacer.</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>enviando</translation>
    </message>
    <message>
        <source>nothing to acknowledge</source>
        <translation>nada que reconocer</translation>
    </message>
    <message>
        <source>choose the person at this station first</source>
        <translation>elija primero quién está en este puesto</translation>
    </message>
    <message>
        <source>as {user}</source>
        <translation>como {user}</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Qué hacer</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>Causa</translation>
    </message>
    <message>
        <source>Consequence</source>
        <translation>Consecuencia</translation>
    </message>
    <message>
        <source>category {letter}</source>
        <translation>categoría {letter}</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Value now</source>
        <translation>Valor actual</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Límite</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Prioridad</translation>
    </message>
    <message>
        <source>by {user}, {station}</source>
        <translation>por {user}, {station}</translation>
    </message>
    <message>
        <source>Raised</source>
        <translation>Activada</translation>
    </message>
    <message>
        <source>Returned</source>
        <translation>Normalizada</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>Reconocida</translation>
    </message>
</context>
<context>
    <name>AlarmTable</name>
    <message>
        <source>No alarms</source>
        <translation>Sin alarmas</translation>
    </message>
    <message>
        <source>Alarm list</source>
        <translation>Lista de alarmas</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Raised UTC</source>
        <translation>Activada UTC</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
    </message>
    <message>
        <source>Value now</source>
        <translation>Valor actual</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Límite</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Acknowledged by</source>
        <translation>Reconocida por</translation>
    </message>
</context>
<context>
    <name>Alarms</name>
    <message>
        <source>EMERGENCY ALARM</source>
        <translation>ALARMA DE EMERGENCIA</translation>
    </message>
    <message>
        <source>ALARM</source>
        <translation>ALARMA</translation>
    </message>
    <message>
        <source>WARNING</source>
        <translation>ADVERTENCIA</translation>
    </message>
    <message>
        <source>CAUTION</source>
        <translation>PRECAUCIÓN</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Activa</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>Reconocida</translation>
    </message>
    <message>
        <source>Returned</source>
        <translation>A normal</translation>
    </message>
    <message>
        <source>Cleared</source>
        <translation>Cerrada</translation>
    </message>
    <message>
        <source>Shelved</source>
        <translation>Aplazada</translation>
    </message>
    <message>
        <source>Suppressed</source>
        <translation>Suprimida</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>Fuera de servicio</translation>
    </message>
    <message>
        <source>Raised</source>
        <translation>Activada</translation>
    </message>
    <message>
        <source>Returned to normal</source>
        <translation>Vuelta a normal</translation>
    </message>
    <message>
        <source>Silenced</source>
        <translation>Silenciada</translation>
    </message>
    <message>
        <source>Announced again</source>
        <translation>Anunciada de nuevo</translation>
    </message>
    <message>
        <source>Input lost</source>
        <translation>Entrada perdida</translation>
    </message>
    <message>
        <source>Input back</source>
        <translation>Entrada recuperada</translation>
    </message>
    <message>
        <source>{state}, unack.</source>
        <translation>{state}, sin rec.</translation>
    </message>
</context>
<context>
    <name>AlarmsPage</name>
    <message>
        <source>Unacknowledged</source>
        <translation>Sin reconocer</translation>
    </message>
    <message>
        <source>All standing</source>
        <translation>Todas presentes</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Histórico</translation>
    </message>
    <message>
        <source>No alarms</source>
        <translation>Sin alarmas</translation>
    </message>
    <message>
        <source>Not connected: alarms are not known</source>
        <translation>Sin conexión: se desconocen las alarmas</translation>
    </message>
    <message>
        <source>History cannot be read: {error}</source>
        <translation>No se puede leer el histórico: {error}</translation>
    </message>
</context>
<context>
    <name>AlertCounters</name>
    <message>
        <source>Alarm counters</source>
        <translation>Contadores de alarmas</translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n nva.</numerusform>
            <numerusform>%n nvas.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AlertStrip</name>
    <message>
        <source>Highest alert</source>
        <translation>Alerta más alta</translation>
    </message>
    <message>
        <source>No alarms</source>
        <translation>Sin alarmas</translation>
    </message>
    <message>
        <source>Not connected: alarms are not known</source>
        <translation>Sin conexión: se desconocen las alarmas</translation>
    </message>
    <message>
        <source>unack.</source>
        <translation>sin rec.</translation>
    </message>
    <message>
        <source>returned, unack.</source>
        <translation>a normal, sin rec.</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>reconocida</translation>
    </message>
</context>
<context>
    <name>BannerPanel</name>
    <message>
        <source>ACK</source>
        <translation>RECONOCER</translation>
    </message>
    <message>
        <source>ALARM LIST</source>
        <translation>ALARMAS</translation>
    </message>
    <message>
        <source>SILENCE</source>
        <translation>SILENCIAR</translation>
    </message>
    <message>
        <source>Raised {utc} UTC ({ship} ship), {age} ago</source>
        <translation>Activada {utc} UTC ({ship} HRB), hace {age}</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>sin conexión</translation>
    </message>
    <message>
        <source>limit {limit}</source>
        <translation>límite {limit}</translation>
    </message>
    <message numerus="yes">
        <source>%n more unanswered</source>
        <translation>
            <numerusform>%n más sin reconocer</numerusform>
            <numerusform>%n más sin reconocer</numerusform>
        </translation>
    </message>
    <message>
        <source>Returned to normal at {at} UTC</source>
        <translation>Vuelta a normal a las {at} UTC</translation>
    </message>
    <message>
        <source>Input lost: this is the last known state</source>
        <translation>Entrada perdida: este es el último estado conocido</translation>
    </message>
    <message>
        <source>Not connected to the runtime: nothing can be answered from here now</source>
        <translation>Sin conexión con el servidor: ahora no se puede reconocer nada desde aquí</translation>
    </message>
    <message>
        <source>SILENCED</source>
        <translation>SILENCIADO</translation>
    </message>
    <message numerus="yes">
        <source>%n s</source>
        <translation>
            <numerusform>%n s</numerusform>
            <numerusform>%n s</numerusform>
        </translation>
    </message>
    <message>
        <source>sending</source>
        <translation>enviando</translation>
    </message>
    <message>
        <source>as {user}</source>
        <translation>como {user}</translation>
    </message>
    <message>
        <source>who are you?</source>
        <translation>¿quién es usted?</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Elegir</translation>
    </message>
    <message numerus="yes">
        <source>%n unanswered</source>
        <translation>
            <numerusform>%n sin reconocer</numerusform>
            <numerusform>%n sin reconocer</numerusform>
        </translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>Silenciar</translation>
    </message>
    <message>
        <source>Refused: {name}: {reason}</source>
        <translation>Rechazado: {name}: {reason}</translation>
    </message>
</context>
<context>
    <name>ClockBlock</name>
    <message>
        <source>UTC</source>
        <translation>UTC</translation>
    </message>
    <message>
        <source>ship</source>
        <translation>HRB</translation>
    </message>
</context>
<context>
    <name>DeviceTable</name>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Dispositivo</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>Protocolo</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Last answer UTC</source>
        <translation>Últ. resp. UTC</translation>
    </message>
    <message>
        <source>Answer in</source>
        <translation>Respuesta</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Señales</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>Último error</translation>
    </message>
    <message>
        <source>This project has no devices</source>
        <translation>Este proyecto no tiene dispositivos</translation>
    </message>
    <message>
        <source>Device list</source>
        <translation>Lista de dispositivos</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Parado</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Conectando</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>En línea</translation>
    </message>
    <message>
        <source>Degraded</source>
        <translation>Degradado</translation>
    </message>
    <message>
        <source>LOST</source>
        <translation>PERDIDO</translation>
    </message>
    <message>
        <source>FAULTED</source>
        <translation>AVERIADO</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nunca</translation>
    </message>
</context>
<context>
    <name>EmergencyStrip</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>y %n más</numerusform>
            <numerusform>y %n más</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Faceplate</name>
    <message>
        <source>Next value</source>
        <translation>Otro valor</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>GroupButton</name>
    <message>
        <source>Own choice</source>
        <translation>Selección propia</translation>
    </message>
</context>
<context>
    <name>GroupFilter</name>
    <message>
        <source>All groups</source>
        <translation>Todos los grupos</translation>
    </message>
</context>
<context>
    <name>HistoryTable</name>
    <message>
        <source>Time UTC</source>
        <translation>Hora UTC</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Suceso</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Por</translation>
    </message>
    <message>
        <source>Nothing has happened yet</source>
        <translation>Aún no ha ocurrido nada</translation>
    </message>
    <message>
        <source>Alarm history</source>
        <translation>Histórico de alarmas</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>No tag chosen yet.</source>
        <translation>Aún no hay señales elegidas.</translation>
    </message>
    <message>
        <source>min</source>
        <translation>mín</translation>
    </message>
    <message>
        <source>max</source>
        <translation>máx</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Silence</source>
        <translation>Silenciar</translation>
    </message>
</context>
<context>
    <name>ModalBanner</name>
    <message>
        <source>Alarm</source>
        <translation>Alarma</translation>
    </message>
    <message>
        <source>Unacknowledged</source>
        <translation>Sin reconocer</translation>
    </message>
    <message>
        <source>All standing</source>
        <translation>Todas presentes</translation>
    </message>
    <message>
        <source>Back to page</source>
        <translation>Volver a la página</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Alarms</source>
        <translation>Alarmas</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>Tendencias</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Señales</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Sistema</translation>
    </message>
</context>
<context>
    <name>PalettePopup</name>
    <message>
        <source>Bright</source>
        <translation>Brillante</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Día</translation>
    </message>
    <message>
        <source>Dusk</source>
        <translation>Ocaso</translation>
    </message>
    <message>
        <source>Night</source>
        <translation>Noche</translation>
    </message>
</context>
<context>
    <name>SpanButtons</name>
    <message>
        <source>1 min</source>
        <translation>1 min</translation>
    </message>
    <message>
        <source>10 min</source>
        <translation>10 min</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 h</translation>
    </message>
    <message>
        <source>8 h</source>
        <translation>8 h</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 d</translation>
    </message>
</context>
<context>
    <name>SystemPage</name>
    <message>
        <source>Touch a device to see its counters.</source>
        <translation>Toque un dispositivo para ver sus contadores.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Señales</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>Último error</translation>
    </message>
    <message>
        <source>Counters</source>
        <translation>Contadores</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Conexión</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>conectado</translation>
    </message>
    <message>
        <source>NOT CONNECTED: the values below are old</source>
        <translation>SIN CONEXIÓN: los valores de abajo son antiguos</translation>
    </message>
    <message>
        <source>The runtime has not reported yet.</source>
        <translation>El servidor aún no ha informado.</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Running for</source>
        <translation>En marcha</translation>
    </message>
    <message>
        <source>Loop lag, p99</source>
        <translation>Retardo, p99</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>Other screens</source>
        <translation>Otras pantallas</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todas</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Buenas</translation>
    </message>
    <message>
        <source>Uncertain</source>
        <translation>Inciertas</translation>
    </message>
    <message>
        <source>Bad</source>
        <translation>Malas</translation>
    </message>
    <message>
        <source>Reasons</source>
        <translation>Motivos</translation>
    </message>
    <message>
        <source>Samples taken</source>
        <translation>Muestras</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nunca</translation>
    </message>
    <message>
        <source>{stamp} UTC, took {took} ms</source>
        <translation>{stamp} UTC, en {took} ms</translation>
    </message>
    <message>
        <source>Historian</source>
        <translation>Historiador</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Recorded</source>
        <translation>Registradas</translation>
    </message>
    <message>
        <source>Not yet durable</source>
        <translation>Aún sin guardar</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>Perdidas</translation>
    </message>
    <message>
        <source>Last flush</source>
        <translation>Último guardado</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
</context>
<context>
    <name>TagDetail</name>
    <message>
        <source>Trend</source>
        <translation>Tendencia</translation>
    </message>
    <message>
        <source>Touch a tag to see everything about it.</source>
        <translation>Toque una señal para ver todo sobre ella.</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Calidad</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>sin conexión</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Hora</translation>
    </message>
    <message>
        <source>Last good</source>
        <translation>Último bueno</translation>
    </message>
    <message>
        <source>Raw value</source>
        <translation>Valor bruto</translation>
    </message>
    <message>
        <source>Normal range</source>
        <translation>Rango normal</translation>
    </message>
    <message>
        <source>Sensor range</source>
        <translation>Rango del sensor</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Dispositivo</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nunca</translation>
    </message>
    <message>
        <source>{value}, {age} ago</source>
        <translation>{value}, hace {age}</translation>
    </message>
    <message>
        <source>Alarm</source>
        <translation>Alarma</translation>
    </message>
</context>
<context>
    <name>TagPicker</name>
    <message>
        <source>Choose tags</source>
        <translation>Elegir señales</translation>
    </message>
    <message>
        <source>Search id or description</source>
        <translation>Buscar id o descripción</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>Elegidas</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Unidad</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>No such tag.</source>
        <translation>No hay tal señal.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Clear choice</source>
        <translation>Borrar selección</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Choose tags: {count} of {most}</source>
        <translation>Elegir señales: {count} de {most}</translation>
    </message>
    <message>
        <source>Choose tags: {count} of {most}, no more fit</source>
        <translation>Elegir señales: {count} de {most}, no caben más</translation>
    </message>
</context>
<context>
    <name>TagTable</name>
    <message>
        <source>No tag matches</source>
        <translation>Ninguna señal coincide</translation>
    </message>
    <message>
        <source>Tag list</source>
        <translation>Lista de señales</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Descripción</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Calidad</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Edad</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>Bruto</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Dispositivo</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>sin conexión</translation>
    </message>
</context>
<context>
    <name>Tags</name>
    <message>
        <source>Good</source>
        <translation>Buena</translation>
    </message>
    <message>
        <source>Uncertain</source>
        <translation>Incierta</translation>
    </message>
    <message>
        <source>Bad</source>
        <translation>Mala</translation>
    </message>
    <message>
        <source>from {low}</source>
        <translation>desde {low}</translation>
    </message>
    <message>
        <source>up to {high}</source>
        <translation>hasta {high}</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} a {high}</translation>
    </message>
    <message>
        <source>outside its normal range</source>
        <translation>fuera de su rango normal</translation>
    </message>
    <message>
        <source>not to be relied on</source>
        <translation>no fiable</translation>
    </message>
    <message>
        <source>no valid value</source>
        <translation>sin valor válido</translation>
    </message>
</context>
<context>
    <name>TagsPage</name>
    <message>
        <source>Search id or description</source>
        <translation>Buscar id o descripción</translation>
    </message>
    <message>
        <source>Not good</source>
        <translation>No buenas</translation>
    </message>
    <message>
        <source>{shown} of {all}</source>
        <translation>{shown} de {all}</translation>
    </message>
</context>
<context>
    <name>TitleBlock</name>
    <message>
        <source>Connected</source>
        <translation>Conectado</translation>
    </message>
    <message>
        <source>NOT CONNECTED</source>
        <translation>SIN CONEXIÓN</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>SILENCE</source>
        <translation>SILENCIAR</translation>
    </message>
    <message numerus="yes">
        <source>%n s</source>
        <translation>
            <numerusform>%n s</numerusform>
            <numerusform>%n s</numerusform>
        </translation>
    </message>
    <message>
        <source>SILENCED</source>
        <translation>SILENCIADO</translation>
    </message>
    <message>
        <source>No alarm asks for sound now.</source>
        <translation>Ninguna alarma pide sonido ahora.</translation>
    </message>
    <message>
        <source>Who are you?</source>
        <translation>¿Quién es usted?</translation>
    </message>
    <message>
        <source>Bright</source>
        <translation>Brillante</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Día</translation>
    </message>
    <message>
        <source>Dusk</source>
        <translation>Ocaso</translation>
    </message>
    <message>
        <source>Night</source>
        <translation>Noche</translation>
    </message>
</context>
<context>
    <name>TrendPage</name>
    <message>
        <source>LIVE</source>
        <translation>EN VIVO</translation>
    </message>
    <message>
        <source>Fit lines</source>
        <translation>Ajustar</translation>
    </message>
    <message>
        <source>Choose tags</source>
        <translation>Elegir señales</translation>
    </message>
    <message>
        <source>Choose tags, or a group, to draw their trend.</source>
        <translation>Elija señales, o un grupo, para dibujar su tendencia.</translation>
    </message>
    <message>
        <source>Back to LIVE</source>
        <translation>Ir a EN VIVO</translation>
    </message>
    <message>
        <source>Ship&apos;s time</source>
        <translation>Hora de a bordo</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Cargando …</translation>
    </message>
    <message>
        <source>Not live: the values at the right are of now</source>
        <translation>No es en vivo: a la derecha, valores actuales</translation>
    </message>
    <message>
        <source>Back in time</source>
        <translation>Atrás en el tiempo</translation>
    </message>
    <message>
        <source>Forward in time</source>
        <translation>Adelante en el tiempo</translation>
    </message>
    <message>
        <source>Show more time</source>
        <translation>Mostrar más tiempo</translation>
    </message>
    <message>
        <source>Show less time</source>
        <translation>Mostrar menos tiempo</translation>
    </message>
    <message>
        <source>Scale to the lines alone</source>
        <translation>Escalar solo a las líneas</translation>
    </message>
    <message>
        <source>Ship&apos;s time or UTC</source>
        <translation>Hora de a bordo o UTC</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>sin conexión</translation>
    </message>
</context>
<context>
    <name>UserDialog</name>
    <message>
        <source>Who is at this station?</source>
        <translation>¿Quién está en este puesto?</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>Veil</name>
    <message>
        <source>NOT CONNECTED TO THE RUNTIME</source>
        <translation>SIN CONEXIÓN CON EL SERVIDOR</translation>
    </message>
    <message>
        <source>What is shown is the last known state, not the present one.</source>
        <translation>Se muestra el último estado conocido, no el actual.</translation>
    </message>
</context>
<context>
    <name>WaitingWindow</name>
    <message>
        <source>No runtime answers at {address}. Trying again ...</source>
        <translation>Ningún servidor responde en {address}. Se sigue intentando ...</translation>
    </message>
</context>
</TS>

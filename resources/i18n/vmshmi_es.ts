<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>AckVisible</name>
    <message numerus="yes">
        <source>ACK VISIBLE  %n</source>
        <translation>
            <numerusform>RECON. VISIBLE  %n</numerusform>
            <numerusform>RECON. VISIBLES  %n</numerusform>
        </translation>
    </message>
    <message>
        <source>as {user}</source>
        <translation>como {user}</translation>
    </message>
    <message>
        <source>who are you?</source>
        <translation>¿quién es usted?</translation>
    </message>
</context>
<context>
    <name>AlarmActions</name>
    <message>
        <source>ACK</source>
        <translation>RECONOCER</translation>
    </message>
    <message>
        <source>SILENCE</source>
        <translation>SILENCIAR</translation>
    </message>
    <message>
        <source>RESET</source>
        <translation>REARMAR</translation>
    </message>
    <message>
        <source>SHELVE</source>
        <translation>APLAZAR</translation>
    </message>
    <message>
        <source>OUT OF SERVICE</source>
        <translation>FUERA DE SERVICIO</translation>
    </message>
    <message>
        <source>UNSHELVE</source>
        <translation>ANULAR APLAZ.</translation>
    </message>
    <message>
        <source>BACK IN SERVICE</source>
        <translation>PONER EN SERVICIO</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>enviando</translation>
    </message>
    <message>
        <source>in the engine control room</source>
        <translation>en control de máquinas</translation>
    </message>
    <message>
        <source>who are you?</source>
        <translation>¿quién es usted?</translation>
    </message>
    <message>
        <source>nothing to acknowledge</source>
        <translation>nada que reconocer</translation>
    </message>
    <message>
        <source>as {user}</source>
        <translation>como {user}</translation>
    </message>
</context>
<context>
    <name>AlarmDetail</name>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
    </message>
    <message>
        <source>Touch an alarm to see what it means and what to do.</source>
        <translation>Toque una alarma para ver qué significa y qué hacer.</translation>
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
        <source>Not watched: input lost</source>
        <translation>Sin vigilar: entrada perdida</translation>
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
        <source>When raised</source>
        <translation>Al activarse</translation>
    </message>
    <message>
        <source>When it returned</source>
        <translation>Al volver a normal</translation>
    </message>
    <message>
        <source>Shelved</source>
        <translation>Aplazada</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>Fuera de servicio</translation>
    </message>
    <message>
        <source>Watched only while</source>
        <translation>Vigilada solo si</translation>
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
    <name>AlarmPicker</name>
    <message>
        <source>Choose an alarm</source>
        <translation>Elegir alarma</translation>
    </message>
    <message>
        <source>Search message or id</source>
        <translation>Buscar mensaje o id</translation>
    </message>
    <message>
        <source>Alarm</source>
        <translation>Alarma</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>No such alarm.</source>
        <translation>No hay tal alarma.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Teclado</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
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
    <message>
        <source>{below}, {count} unack.</source>
        <translation>{below}, {count} sin rec.</translation>
    </message>
    <message>
        <source>Not watched</source>
        <translation>Sin vigilar</translation>
    </message>
</context>
<context>
    <name>AlarmTestPanel</name>
    <message>
        <source>Test alarms</source>
        <translation>Probar alarmas</translation>
    </message>
    <message>
        <source>Lamp, horn and list for ten seconds; the journal says who tested.</source>
        <translation>Luz, bocina y lista durante diez segundos; el diario dice quién probó.</translation>
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
        <source>Suppressed by design</source>
        <translation>Suprimida por diseño</translation>
    </message>
    <message>
        <source>Sound is back</source>
        <translation>Vuelve el sonido</translation>
    </message>
    <message>
        <source>Watched again</source>
        <translation>Vigilada de nuevo</translation>
    </message>
    <message>
        <source>Shelving ended</source>
        <translation>Fin aplazamiento</translation>
    </message>
    <message>
        <source>Back in service</source>
        <translation>Vuelta a servicio</translation>
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
        <source>Input lost</source>
        <translation>Entrada perdida</translation>
    </message>
    <message>
        <source>Input back</source>
        <translation>Entrada recuperada</translation>
    </message>
    <message>
        <source>Escalated</source>
        <translation>Escalada a alarma</translation>
    </message>
    <message>
        <source>Asks again</source>
        <translation>Vuelve a avisar</translation>
    </message>
    <message>
        <source>Waits for a reset</source>
        <translation>Pendiente de rearme</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Rearmada</translation>
    </message>
    <message>
        <source>No longer repeating</source>
        <translation>Ya no se repite</translation>
    </message>
    <message>
        <source>Blocked: input lost</source>
        <translation>Bloqueo por entrada</translation>
    </message>
    <message>
        <source>Definition changed</source>
        <translation>Definición cambiada</translation>
    </message>
    <message>
        <source>Alarm test</source>
        <translation>Prueba de alarmas</translation>
    </message>
    <message>
        <source>Stands after restart</source>
        <translation>Sigue tras reinicio</translation>
    </message>
    <message>
        <source>No longer defined</source>
        <translation>Ya no definida</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Rechazado</translation>
    </message>
    <message>
        <source>Alarm system started</source>
        <translation>Sistema iniciado</translation>
    </message>
    <message>
        <source>Alarm system stopped</source>
        <translation>Sistema parado</translation>
    </message>
    <message>
        <source>Clock was set</source>
        <translation>Reloj ajustado</translation>
    </message>
    <message>
        <source>Journal rows lost</source>
        <translation>Diario con pérdidas</translation>
    </message>
    <message>
        <source>Returned, ack.</source>
        <translation>A normal, rec.</translation>
    </message>
    <message>
        <source>{state}, unack.</source>
        <translation>{state}, sin rec.</translation>
    </message>
    <message>
        <source>deviation {limit}</source>
        <translation>desviación {limit}</translation>
    </message>
    <message>
        <source>falls {limit}</source>
        <translation>baja {limit}</translation>
    </message>
    <message>
        <source>rises {limit}</source>
        <translation>sube {limit}</translation>
    </message>
    <message>
        <source>changes {limit}</source>
        <translation>varía {limit}</translation>
    </message>
    <message>
        <source>rate {limit}</source>
        <translation>variación {limit}</translation>
    </message>
    <message>
        <source>rate {value}</source>
        <translation>variación {value}</translation>
    </message>
    <message>
        <source>deviation {value}</source>
        <translation>desviación {value}</translation>
    </message>
    <message>
        <source>no valid value</source>
        <translation>sin valor válido</translation>
    </message>
</context>
<context>
    <name>AlarmsPage</name>
    <message>
        <source>KPI</source>
        <translation>KPI</translation>
    </message>
    <message>
        <source>How the alarm system did</source>
        <translation>Cómo ha funcionado el sistema de alarmas</translation>
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
        <source>Shelved</source>
        <translation>Aplazadas</translation>
    </message>
    <message>
        <source>Suppressed by design</source>
        <translation>Por diseño</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>Fuera de serv.</translation>
    </message>
    <message>
        <source>Not announced</source>
        <translation>Sin anunciar</translation>
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
        <source>Every alarm is announced</source>
        <translation>Se anuncian todas las alarmas</translation>
    </message>
    <message>
        <source>Not connected: alarms are not known</source>
        <translation>Sin conexión: se desconocen las alarmas</translation>
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
            <numerusform>%n nv.</numerusform>
            <numerusform>%n nv.</numerusform>
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
    <name>Allowed</name>
    <message>
        <source>Only in the engine control room.</source>
        <translation>Solo en control de máquinas.</translation>
    </message>
    <message>
        <source>Choose the person at this station first.</source>
        <translation>Elija primero quién está en este puesto.</translation>
    </message>
    <message>
        <source>It takes no acknowledgement: it ends with its cause.</source>
        <translation>No se reconoce: termina con su causa.</translation>
    </message>
    <message>
        <source>It does not stand.</source>
        <translation>No está presente.</translation>
    </message>
    <message>
        <source>It has been raised again since it was shown: look again.</source>
        <translation>Se activó de nuevo: mírela otra vez.</translation>
    </message>
    <message>
        <source>It is acknowledged already.</source>
        <translation>Ya está reconocida.</translation>
    </message>
    <message>
        <source>Its cause is still there.</source>
        <translation>Su causa sigue presente.</translation>
    </message>
    <message>
        <source>It waits for no reset.</source>
        <translation>No espera rearme.</translation>
    </message>
    <message>
        <source>Acknowledge it first.</source>
        <translation>Reconózcala primero.</translation>
    </message>
    <message>
        <source>An emergency alarm cannot be shelved.</source>
        <translation>Una alarma de emergencia no se puede aplazar.</translation>
    </message>
    <message>
        <source>It is not shelved.</source>
        <translation>No está aplazada.</translation>
    </message>
    <message>
        <source>It is in service.</source>
        <translation>Está en servicio.</translation>
    </message>
    <message>
        <source>It is out of service already.</source>
        <translation>Ya está fuera de servicio.</translation>
    </message>
    <message>
        <source>Say why first: it goes into the journal.</source>
        <translation>Diga primero el motivo: se anota en el diario.</translation>
    </message>
    <message>
        <source>It cannot be shelved for so long: choose a shorter time.</source>
        <translation>No se puede aplazar tanto tiempo: elija uno más corto.</translation>
    </message>
    <message>
        <source>The alarm system is not running.</source>
        <translation>El sistema de alarmas no está en marcha.</translation>
    </message>
    <message>
        <source>The runtime does not answer: look again when it does.</source>
        <translation>El servidor no responde: mire de nuevo cuando lo haga.</translation>
    </message>
    <message>
        <source>The runtime does not answer: this station&apos;s own sound rests.</source>
        <translation>El servidor no responde: se silencia solo el sonido de este puesto.</translation>
    </message>
    <message>
        <source>Alarms are acknowledged one by one at this station.</source>
        <translation>En este puesto las alarmas se reconocen una a una.</translation>
    </message>
    <message>
        <source>It is acknowledged already, by {user}.</source>
        <translation>Ya está reconocida, por {user}.</translation>
    </message>
    <message>
        <source>It is out of service already, by {user}.</source>
        <translation>Ya está fuera de servicio, por {user}.</translation>
    </message>
</context>
<context>
    <name>Arrangement</name>
    <message>
        <source>1 alarm</source>
        <translation>1 alarma</translation>
    </message>
    <message>
        <source>{count} alarms</source>
        <translation>{count} alarmas</translation>
    </message>
    <message>
        <source>1 tag</source>
        <translation>1 señal</translation>
    </message>
    <message>
        <source>{count} tags</source>
        <translation>{count} señales</translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message>
        <source>Selected</source>
        <translation>Seleccionado</translation>
    </message>
    <message>
        <source>Command given</source>
        <translation>Orden dada</translation>
    </message>
    <message>
        <source>Taken by the device</source>
        <translation>Aceptada por el dispositivo</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Terminada</translation>
    </message>
    <message>
        <source>Logged in</source>
        <translation>Sesión iniciada</translation>
    </message>
    <message>
        <source>Login failed</source>
        <translation>Inicio fallido</translation>
    </message>
    <message>
        <source>Logged out</source>
        <translation>Sesión cerrada</translation>
    </message>
    <message>
        <source>Account added</source>
        <translation>Cuenta añadida</translation>
    </message>
    <message>
        <source>Account changed</source>
        <translation>Cuenta cambiada</translation>
    </message>
    <message>
        <source>Account removed</source>
        <translation>Cuenta eliminada</translation>
    </message>
    <message>
        <source>Database asked</source>
        <translation>Consulta a la base</translation>
    </message>
</context>
<context>
    <name>AuditPage</name>
    <message>
        <source>Time UTC</source>
        <translation>Hora UTC</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Qué</translation>
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
        <source>Outcome, why</source>
        <translation>Resultado, motivo</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Quién</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Dónde</translation>
    </message>
    <message>
        <source>Commands and logins</source>
        <translation>Órdenes y sesiones</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Sistema</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Anteriores</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>Más recientes</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>Leyendo …</translation>
    </message>
    <message>
        <source>Nothing has been done yet</source>
        <translation>Aún no se ha hecho nada</translation>
    </message>
    <message>
        <source>Only for the role Engineer: choose such a person at the top right</source>
        <translation>Solo para el rol Ingeniero: elija a esa persona arriba a la derecha</translation>
    </message>
</context>
<context>
    <name>BannerPanel</name>
    <message>
        <source>ACK</source>
        <translation>RECONOCER</translation>
    </message>
    <message>
        <source>Acknowledged in the engine control room only</source>
        <translation>Se reconoce solo en control de máquinas</translation>
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
        <source>alarm when {limit}</source>
        <translation>alarma si {limit}</translation>
    </message>
    <message>
        <source>Returned to normal at {at} UTC</source>
        <translation>Vuelta a normal a las {at} UTC</translation>
    </message>
    <message>
        <source>Not connected to the runtime: nothing can be answered from here now</source>
        <translation>Sin conexión: desde aquí no se puede reconocer</translation>
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
        <source>Refused: {reason} ({name})</source>
        <translation>Rechazado: {reason} ({name})</translation>
    </message>
</context>
<context>
    <name>Chart</name>
    <message>
        <source>Alarms</source>
        <translation>Alarmas</translation>
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
    <name>CommandPanel</name>
    <message>
        <source>Set-point</source>
        <translation>Consigna</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Fijar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>SEND: {value}</source>
        <translation>ENVIAR: {value}</translation>
    </message>
    <message>
        <source>selecting …</source>
        <translation>seleccionando …</translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation>quedan {seconds} s</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Orden</translation>
    </message>
    <message>
        <source>Asking whether you may …</source>
        <translation>Preguntando si puede …</translation>
    </message>
    <message>
        <source>Not now: {reason}</source>
        <translation>Ahora no: {reason}</translation>
    </message>
    <message>
        <source>A text is written over the API only.</source>
        <translation>Un texto solo se escribe por la API.</translation>
    </message>
    <message>
        <source>{value} is on its way. Waiting for {effect}; {seconds} s of {most} s.</source>
        <translation>{value} está en curso. Se espera {effect}; {seconds} s de {most} s.</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>CONFIRMED: the machine shows it.</source>
        <translation>CONFIRMADA: la máquina lo muestra.</translation>
    </message>
    <message>
        <source>REFUSED: nothing was sent.</source>
        <translation>RECHAZADA: no se envió nada.</translation>
    </message>
    <message>
        <source>FAILED: the device said no.</source>
        <translation>FALLIDA: el dispositivo dijo que no.</translation>
    </message>
    <message>
        <source>TIMED OUT: sent, but the machine does not show it.</source>
        <translation>SIN EFECTO A TIEMPO: enviada, pero la máquina no lo muestra.</translation>
    </message>
    <message>
        <source>UNKNOWN: it may have been sent. Look at the machine.</source>
        <translation>DESCONOCIDO: quizá se envió. Mire la máquina.</translation>
    </message>
    <message>
        <source>Log in first: touch the name in the bar above.</source>
        <translation>Inicie sesión antes: toque el nombre en la barra superior.</translation>
    </message>
    <message>
        <source>The login has ended: log in again.</source>
        <translation>La sesión ha terminado: iníciela de nuevo.</translation>
    </message>
    <message>
        <source>Somebody else is logged in here.</source>
        <translation>Otra persona tiene la sesión aquí.</translation>
    </message>
    <message>
        <source>Machinery is not commanded from this station.</source>
        <translation>Desde este puesto no se manda la maquinaria.</translation>
    </message>
    <message>
        <source>The project does not know this station.</source>
        <translation>El proyecto no conoce este puesto.</translation>
    </message>
    <message>
        <source>It cannot be commanded: no device takes it.</source>
        <translation>No se puede mandar: ningún dispositivo lo acepta.</translation>
    </message>
    <message>
        <source>The runtime does not answer.</source>
        <translation>El sistema no responde.</translation>
    </message>
    <message>
        <source>The runtime is starting or stopping.</source>
        <translation>El sistema está arrancando o parando.</translation>
    </message>
    <message>
        <source>Another command is on its way: wait for its outcome.</source>
        <translation>Otra orden está en curso: espere su resultado.</translation>
    </message>
    <message>
        <source>It is so already.</source>
        <translation>Ya está así.</translation>
    </message>
    <message>
        <source>Somebody else has it selected: wait up to 10 s.</source>
        <translation>Otra persona lo tiene seleccionado: espere hasta 10 s.</translation>
    </message>
    <message>
        <source>The selection was over: choose again.</source>
        <translation>La selección terminó: elija de nuevo.</translation>
    </message>
    <message>
        <source>The number is outside its range.</source>
        <translation>El número está fuera de su rango.</translation>
    </message>
    <message>
        <source>It could not be sent in time.</source>
        <translation>No se pudo enviar a tiempo.</translation>
    </message>
    <message>
        <source>No effect was seen in time.</source>
        <translation>No se vio efecto a tiempo.</translation>
    </message>
    <message>
        <source>The name or the PIN is wrong.</source>
        <translation>El nombre o el PIN no es correcto.</translation>
    </message>
    <message>
        <source>Wrong too often: wait a minute.</source>
        <translation>Demasiados errores: espere un minuto.</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Observador</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Operador</translation>
    </message>
    <message>
        <source>Engineer</source>
        <translation>Ingeniero</translation>
    </message>
    <message>
        <source>Only for the role {role}.</source>
        <translation>Solo para el rol {role}.</translation>
    </message>
    <message>
        <source>Not permitted. First: {condition}</source>
        <translation>No permitido. Antes: {condition}</translation>
    </message>
    <message>
        <source>Not permitted while this is not known: {condition}</source>
        <translation>No permitido mientras esto no se sepa: {condition}</translation>
    </message>
</context>
<context>
    <name>ConnectionTest</name>
    <message>
        <source>Test connection</source>
        <translation>Probar conexión</translation>
    </message>
    <message>
        <source>Waiting for {device} ...</source>
        <translation>Esperando a {device} ...</translation>
    </message>
    <message>
        <source>{time} UTC  FAILED: {why}</source>
        <translation>{time} UTC  FALLÓ: {why}</translation>
    </message>
    <message>
        <source>{time} UTC  {answer}</source>
        <translation>{time} UTC  {answer}</translation>
    </message>
    <message>
        <source>Testing ...</source>
        <translation>Probando ...</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Day</source>
        <translation>Día</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semana</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 días</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Límite</translation>
    </message>
    <message>
        <source>Hysteresis</source>
        <translation>Histéresis</translation>
    </message>
    <message>
        <source>Delay</source>
        <translation>Retardo</translation>
    </message>
    <message>
        <source>SAVE</source>
        <translation>GUARDAR</translation>
    </message>
    <message>
        <source>Choose an alarm</source>
        <translation>Elegir alarma</translation>
    </message>
</context>
<context>
    <name>CursorWords</name>
    <message>
        <source>h</source>
        <translation>h</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>slope {slope}</source>
        <translation>pendiente {slope}</translation>
    </message>
    <message>
        <source>no value between them</source>
        <translation>ningún valor entre ellos</translation>
    </message>
    <message>
        <source>min {low}   mean {mean}   max {high}</source>
        <translation>mín {low}   media {mean}   máx {high}</translation>
    </message>
    <message>
        <source>changes: {count}</source>
        <translation>cambios: {count}</translation>
    </message>
    <message>
        <source>{state} {share} of the time</source>
        <translation>{state} {share} del tiempo</translation>
    </message>
</context>
<context>
    <name>DevicePage</name>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Valores</translation>
    </message>
    <message>
        <source>Live monitor</source>
        <translation>Monitor en vivo</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausa</translation>
    </message>
    <message>
        <source>NOT CONNECTED: what stands here is old</source>
        <translation>SIN CONEXIÓN: lo que se ve es antiguo</translation>
    </message>
    <message>
        <source>{shown} of {all}</source>
        <translation>{shown} de {all}</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Significado</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>En bruto</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Ritmo</translation>
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
</context>
<context>
    <name>Devices</name>
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
    <message>
        <source>Driver</source>
        <translation>Protocolo</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
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
        <source>Counters</source>
        <translation>Contadores</translation>
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
        <source>Command</source>
        <translation>Orden</translation>
    </message>
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
    <name>FloodStrip</name>
    <message numerus="yes">
        <source>Alarm flood: %n alarms in {window}.</source>
        <translation>
            <numerusform>Avalancha: %n alarma en {window}.</numerusform>
            <numerusform>Avalancha: %n alarmas en {window}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything is unfolded.</source>
        <translation>Todo está desplegado.</translation>
    </message>
    <message>
        <source>Consequences are folded; nothing is hidden.</source>
        <translation>Consecuencias plegadas; nada se oculta.</translation>
    </message>
    <message>
        <source>Fold</source>
        <translation>Plegar</translation>
    </message>
    <message>
        <source>Unfold all</source>
        <translation>Desplegar</translation>
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
    <name>GroupLamps</name>
    <message>
        <source>All</source>
        <translation>Todas</translation>
    </message>
</context>
<context>
    <name>Headline</name>
    <message>
        <source>{count}, longest {longest}</source>
        <translation>{count}, la más larga {longest}</translation>
    </message>
    <message>
        <source>{median}, 95 % within {p95}</source>
        <translation>{median}, 95 % en {p95}</translation>
    </message>
    <message>
        <source>Announced</source>
        <translation>Anunciadas</translation>
    </message>
    <message>
        <source>Floods</source>
        <translation>Avalanchas</translation>
    </message>
    <message>
        <source>Answered after</source>
        <translation>Reconocidas en</translation>
    </message>
    <message>
        <source>Never answered</source>
        <translation>Nunca reconocidas</translation>
    </message>
    <message>
        <source>Shelved, out of service</source>
        <translation>Aplazadas, fuera de serv.</translation>
    </message>
    <message>
        <source>Target {limit}, {source}</source>
        <translation>Objetivo {limit}, {source}</translation>
    </message>
</context>
<context>
    <name>HistoryDetail</name>
    <message>
        <source>Touch a line to see everything about it.</source>
        <translation>Toque una línea para ver todo sobre ella.</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Suceso</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Hora</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Por</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Motivo</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
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
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
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
        <source>Why</source>
        <translation>Motivo</translation>
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
    <name>JumpDialog</name>
    <message>
        <source>Go to a time</source>
        <translation>Ir a una hora</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Día</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mes</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>Año</translation>
    </message>
    <message>
        <source>Hour</source>
        <translation>Hora</translation>
    </message>
    <message>
        <source>Minute</source>
        <translation>Minuto</translation>
    </message>
    <message>
        <source>1 h back</source>
        <translation>1 h atrás</translation>
    </message>
    <message>
        <source>1 day back</source>
        <translation>1 día atrás</translation>
    </message>
    <message>
        <source>1 week back</source>
        <translation>1 semana atrás</translation>
    </message>
    <message>
        <source>30 days back</source>
        <translation>30 días atrás</translation>
    </message>
    <message>
        <source>Previous alarm</source>
        <translation>Alarma anterior</translation>
    </message>
    <message>
        <source>Next alarm</source>
        <translation>Alarma siguiente</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Of the tags on the chart</source>
        <translation>De las señales del gráfico</translation>
    </message>
</context>
<context>
    <name>Kpi</name>
    <message>
        <source>Alarms per day</source>
        <translation>Alarmas por día</translation>
    </message>
    <message>
        <source>Alarms per hour</source>
        <translation>Alarmas por hora</translation>
    </message>
    <message>
        <source>Alarms per 10 min</source>
        <translation>Alarmas por 10 min</translation>
    </message>
    <message>
        <source>Most in one minute</source>
        <translation>Máximo en un minuto</translation>
    </message>
    <message>
        <source>Most in 10 min</source>
        <translation>Máximo en 10 min</translation>
    </message>
    <message>
        <source>Most in one hour</source>
        <translation>Máximo en una hora</translation>
    </message>
    <message>
        <source>10 min with more than 10</source>
        <translation>10 min con más de 10</translation>
    </message>
    <message>
        <source>Hours with more than 30</source>
        <translation>Horas con más de 30</translation>
    </message>
    <message>
        <source>Time in flood</source>
        <translation>Tiempo en avalancha</translation>
    </message>
    <message>
        <source>Chattering alarms</source>
        <translation>Alarmas intermitentes</translation>
    </message>
    <message>
        <source>Stale alarms at once</source>
        <translation>Permanentes a la vez</translation>
    </message>
    <message>
        <source>Share of the top ten</source>
        <translation>Parte de las diez primeras</translation>
    </message>
    <message>
        <source>Priority alarm or higher</source>
        <translation>Prioridad alarma o superior</translation>
    </message>
    <message>
        <source>Priority warning</source>
        <translation>Prioridad advertencia</translation>
    </message>
    <message>
        <source>Priority caution</source>
        <translation>Prioridad precaución</translation>
    </message>
    <message>
        <source>good</source>
        <translation>bien</translation>
    </message>
    <message>
        <source>watch</source>
        <translation>vigilar</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>mal</translation>
    </message>
    <message>
        <source>not judged</source>
        <translation>sin juicio</translation>
    </message>
    <message>
        <source>common practice</source>
        <translation>uso común</translation>
    </message>
</context>
<context>
    <name>KpiPage</name>
    <message>
        <source>Export CSV</source>
        <translation>Exportar CSV</translation>
    </message>
    <message>
        <source>Cannot be worked out: {error}</source>
        <translation>No se puede calcular: {error}</translation>
    </message>
    <message>
        <source>Working out …</source>
        <translation>Calculando …</translation>
    </message>
    <message>
        <source>Nothing was recorded in this time</source>
        <translation>No hay nada registrado en este tiempo</translation>
    </message>
    <message>
        <source>{period}, watched {time}</source>
        <translation>{period}, vigilado {time}</translation>
    </message>
    <message>
        <source>Not written: {error}</source>
        <translation>No escrito: {error}</translation>
    </message>
    <message>
        <source>Written to {path}</source>
        <translation>Escrito en {path}</translation>
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
    <name>MarkCard</name>
    <message>
        <source>Alarms at this time</source>
        <translation>Alarmas a esta hora</translation>
    </message>
    <message>
        <source>Show alarm</source>
        <translation>Ver alarma</translation>
    </message>
    <message>
        <source>Show this time</source>
        <translation>Ver esta hora</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>Marks</name>
    <message>
        <source>TEST</source>
        <translation>PRUEBA</translation>
    </message>
    <message>
        <source>This is a test of the alarm system, not an alarm.</source>
        <translation>Prueba del sistema, no es una alarma.</translation>
    </message>
    <message>
        <source>FIRST</source>
        <translation>PRIMERA</translation>
    </message>
    <message>
        <source>First of its group: the others came after it.</source>
        <translation>Primera de su grupo; las demás, después.</translation>
    </message>
    <message>
        <source>reset wanted</source>
        <translation>pide rearme</translation>
    </message>
    <message>
        <source>Its cause has gone; it stands until it is reset.</source>
        <translation>Causa cesada; sigue hasta rearmarla.</translation>
    </message>
    <message>
        <source>input lost</source>
        <translation>entrada perdida</translation>
    </message>
    <message>
        <source>Last known state: its input is lost.</source>
        <translation>Último estado conocido: entrada perdida.</translation>
    </message>
    <message>
        <source>It comes and goes: {times}.</source>
        <translation>Va y viene: {times}.</translation>
    </message>
    <message>
        <source>escalated</source>
        <translation>escalada</translation>
    </message>
    <message>
        <source>An unanswered warning: now an alarm.</source>
        <translation>Advertencia no reconocida: ya es alarma.</translation>
    </message>
    <message>
        <source>ECR</source>
        <translation>CCM</translation>
    </message>
    <message>
        <source>Acknowledged in the engine control room only.</source>
        <translation>Se reconoce en control de máquinas (CCM).</translation>
    </message>
    <message>
        <source>{count} times in {window}</source>
        <translation>{count} veces en {window}</translation>
    </message>
</context>
<context>
    <name>MeasureTable</name>
    <message>
        <source>Measure</source>
        <translation>Medida</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Objetivo</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Juicio</translation>
    </message>
    <message>
        <source>Target from</source>
        <translation>Según</translation>
    </message>
</context>
<context>
    <name>Mimic</name>
    <message>
        <source>and {count} more</source>
        <translation>y {count} más</translation>
    </message>
</context>
<context>
    <name>MiniTrend</name>
    <message>
        <source>Loading …</source>
        <translation>Cargando …</translation>
    </message>
    <message>
        <source>no history</source>
        <translation>sin histórico</translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation>{hours} h</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>No tag chosen yet.</source>
        <translation>Aún no hay señales elegidas.</translation>
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
    <name>MonitorTable</name>
    <message>
        <source>What</source>
        <translation>Qué</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Significado</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>En bruto</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Veces</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Ritmo</translation>
    </message>
    <message>
        <source>Last UTC</source>
        <translation>Últ. UTC</translation>
    </message>
    <message>
        <source>What the device says</source>
        <translation>Lo que dice el dispositivo</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>Nada coincide</translation>
    </message>
    <message>
        <source>Nothing heard yet</source>
        <translation>Aún no se ha oído nada</translation>
    </message>
</context>
<context>
    <name>NumberPad</name>
    <message>
        <source>Erase</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
</context>
<context>
    <name>NumberStepper</name>
    <message>
        <source>now {number}</source>
        <translation>ahora {number}</translation>
    </message>
</context>
<context>
    <name>OrderDialog</name>
    <message>
        <source>OUT OF SERVICE</source>
        <translation>FUERA DE SERVICIO</translation>
    </message>
    <message>
        <source>SHELVE</source>
        <translation>APLAZAR</translation>
    </message>
    <message>
        <source>In the name of {who}</source>
        <translation>En nombre de {who}</translation>
    </message>
    <message>
        <source>It will not be announced until the time is over or somebody ends it. It stays on the lists.</source>
        <translation>No se anunciará hasta que pase el tiempo o alguien lo anule. Sigue en las listas.</translation>
    </message>
    <message>
        <source>It will not be announced until somebody brings it back into service. It stays on the lists.</source>
        <translation>No se anunciará hasta que alguien la ponga de nuevo en servicio. Sigue en las listas.</translation>
    </message>
    <message>
        <source>Sensor or cable faulty</source>
        <translation>Sensor o cable averiado</translation>
    </message>
    <message>
        <source>Spare part ordered</source>
        <translation>Repuesto pedido</translation>
    </message>
    <message>
        <source>Maintenance on the machine</source>
        <translation>Máquina en mantenimiento</translation>
    </message>
    <message>
        <source>Test or trial</source>
        <translation>Prueba o ensayo</translation>
    </message>
    <message>
        <source>Comes and goes without cause</source>
        <translation>Va y viene sin causa</translation>
    </message>
    <message>
        <source>Known and being attended</source>
        <translation>Conocida y en atención</translation>
    </message>
    <message>
        <source>choose how long</source>
        <translation>elija cuánto tiempo</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Alarms</source>
        <translation>Alarmas</translation>
    </message>
    <message>
        <source>Alarm KPI</source>
        <translation>KPI de alarmas</translation>
    </message>
    <message>
        <source>What if</source>
        <translation>¿Y si…?</translation>
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
    <message>
        <source>Commands and logins</source>
        <translation>Órdenes y sesiones</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Dispositivo</translation>
    </message>
</context>
<context>
    <name>PairTable</name>
    <message>
        <source>Raised (UTC)</source>
        <translation>Activada (UTC)</translation>
    </message>
    <message>
        <source>Stood</source>
        <translation>Duró</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
    <message>
        <source>Would be raised</source>
        <translation>Se activaría</translation>
    </message>
    <message>
        <source>Would stand</source>
        <translation>Duraría</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Cambio</translation>
    </message>
    <message>
        <source>Answered by</source>
        <translation>Reconocida por</translation>
    </message>
    <message>
        <source>Raisings</source>
        <translation>Activaciones</translation>
    </message>
    <message>
        <source>stands</source>
        <translation>presente</translation>
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
    <name>PastView</name>
    <message>
        <source>Earlier</source>
        <translation>Anterior</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>Último</translation>
    </message>
    <message>
        <source>History cannot be read: {error}</source>
        <translation>No se puede leer el histórico: {error}</translation>
    </message>
</context>
<context>
    <name>PeriodBar</name>
    <message>
        <source>Watch 4 h</source>
        <translation>Guardia 4 h</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Día</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semana</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 días</translation>
    </message>
    <message>
        <source>From – to</source>
        <translation>De – a</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Anterior</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Posterior</translation>
    </message>
</context>
<context>
    <name>PinDialog</name>
    <message>
        <source>PIN</source>
        <translation>PIN</translation>
    </message>
</context>
<context>
    <name>PinPad</name>
    <message>
        <source>Without a login alarms are answered in the name of: {station}</source>
        <translation>Sin sesión, las alarmas se atienden en nombre de: {station}</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Iniciar sesión</translation>
    </message>
    <message>
        <source>Go on without login</source>
        <translation>Seguir sin sesión</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>PIN of {user}</source>
        <translation>PIN de {user}</translation>
    </message>
    <message>
        <source>Asking …</source>
        <translation>Preguntando …</translation>
    </message>
</context>
<context>
    <name>RateChart</name>
    <message>
        <source>{begin} to {end} UTC: {count}</source>
        <translation>{begin} a {end} UTC: {count}</translation>
    </message>
    <message>
        <source>Alarms in 10 minutes</source>
        <translation>Alarmas en 10 minutos</translation>
    </message>
    <message>
        <source>Alarms in one hour</source>
        <translation>Alarmas en una hora</translation>
    </message>
    <message>
        <source>Alarms in 24 hours</source>
        <translation>Alarmas en 24 horas</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>sin registro</translation>
    </message>
    <message>
        <source>flood</source>
        <translation>avalancha</translation>
    </message>
    <message>
        <source>target {limit}</source>
        <translation>objetivo {limit}</translation>
    </message>
</context>
<context>
    <name>ReasonDialog</name>
    <message>
        <source>a reason is wanted</source>
        <translation>falta el motivo</translation>
    </message>
    <message>
        <source>Why? Touch a reason, or write one.</source>
        <translation>¿Por qué? Toque un motivo o escríbalo.</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Escribir</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>RevisionDialog</name>
    <message>
        <source>Save as a revision</source>
        <translation>Guardar como revisión</translation>
    </message>
    <message>
        <source>SAVE</source>
        <translation>GUARDAR</translation>
    </message>
    <message>
        <source>It holds at once and after every restart, until the project file says otherwise.</source>
        <translation>Vale desde ahora y tras cada reinicio, hasta que el archivo del proyecto diga otra cosa.</translation>
    </message>
    <message>
        <source>In the name of {who}</source>
        <translation>En nombre de {who}</translation>
    </message>
    <message>
        <source>Nuisance alarms, machine is well</source>
        <translation>Alarmas molestas, máquina bien</translation>
    </message>
    <message>
        <source>Comes and goes in a seaway</source>
        <translation>Va y viene con mala mar</translation>
    </message>
    <message>
        <source>Maker&apos;s recommendation</source>
        <translation>Consejo del fabricante</translation>
    </message>
    <message>
        <source>Alarm came too late</source>
        <translation>La alarma llegó tarde</translation>
    </message>
    <message>
        <source>Other operating conditions</source>
        <translation>Otro régimen de marcha</translation>
    </message>
    <message>
        <source>Found in the alarm review</source>
        <translation>Revisión de alarmas</translation>
    </message>
</context>
<context>
    <name>RevisionTable</name>
    <message>
        <source>No.</source>
        <translation>N.º</translation>
    </message>
    <message>
        <source>When (UTC)</source>
        <translation>Cuándo (UTC)</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Suceso</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Motivo</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Por</translation>
    </message>
    <message>
        <source>Revisions</source>
        <translation>Revisiones</translation>
    </message>
</context>
<context>
    <name>SetAsideTable</name>
    <message>
        <source>Not announced</source>
        <translation>Sin anunciar</translation>
    </message>
    <message>
        <source>Alarm, and why it is not announced</source>
        <translation>Alarma, y por qué no se anuncia</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Por</translation>
    </message>
    <message>
        <source>Since, until (UTC)</source>
        <translation>Desde, hasta (UTC)</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Alarms that are not announced</source>
        <translation>Alarmas que no se anuncian</translation>
    </message>
    <message>
        <source>the alarm stands</source>
        <translation>alarma presente</translation>
    </message>
    <message>
        <source>the ship&apos;s project</source>
        <translation>el proyecto del buque</translation>
    </message>
    <message>
        <source>its input is lost</source>
        <translation>su entrada está perdida</translation>
    </message>
    <message>
        <source>watched only while {condition}</source>
        <translation>vigilada solo si {condition}</translation>
    </message>
    <message>
        <source>since {at}</source>
        <translation>desde {at}</translation>
    </message>
    <message>
        <source>until the condition holds</source>
        <translation>según la condición</translation>
    </message>
    <message>
        <source>until it is back</source>
        <translation>hasta que vuelva</translation>
    </message>
    <message>
        <source>until somebody ends it</source>
        <translation>hasta que alguien lo anule</translation>
    </message>
    <message>
        <source>until {at}, {left}</source>
        <translation>fin {at}, {left}</translation>
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
    <message>
        <source>5 min</source>
        <translation>5 min</translation>
    </message>
    <message>
        <source>30 min</source>
        <translation>30 min</translation>
    </message>
    <message>
        <source>4 h</source>
        <translation>4 h</translation>
    </message>
    <message>
        <source>3 d</source>
        <translation>3 d</translation>
    </message>
    <message>
        <source>30 d</source>
        <translation>30 d</translation>
    </message>
    <message>
        <source>3 months</source>
        <translation>3 meses</translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 año</translation>
    </message>
    <message>
        <source>5 years</source>
        <translation>5 años</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Más</translation>
    </message>
    <message>
        <source>Other lengths, up to five years</source>
        <translation>Otras duraciones, hasta cinco años</translation>
    </message>
</context>
<context>
    <name>SystemPage</name>
    <message>
        <source>Tags</source>
        <translation>Señales</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>Último error</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Touch a device to see its values and what it says, and to test it.</source>
        <translation>Toque un dispositivo para ver sus valores y lo que dice, y para probarlo.</translation>
    </message>
    <message>
        <source>Commands and logins</source>
        <translation>Órdenes y sesiones</translation>
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
    <message>
        <source>On disk</source>
        <translation>En disco</translation>
    </message>
    <message>
        <source>Oldest day</source>
        <translation>Día más antiguo</translation>
    </message>
    <message>
        <source>Days kept</source>
        <translation>Días guardados</translation>
    </message>
    <message>
        <source>Days left</source>
        <translation>Días restantes</translation>
    </message>
    <message>
        <source>Short of space</source>
        <translation>Falta espacio</translation>
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
        <source>Source</source>
        <translation>Origen</translation>
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
    <message numerus="yes">
        <source>%n not announced</source>
        <translation>
            <numerusform>%n sin anunciar</numerusform>
            <numerusform>%n sin anunciar</numerusform>
        </translation>
    </message>
    <message>
        <source>Who are you?</source>
        <translation>¿Quién es usted?</translation>
    </message>
    <message>
        <source>not logged in</source>
        <translation>sin sesión</translation>
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
    <name>TouchKeyboard</name>
    <message>
        <source>Aa</source>
        <translation>Aa</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Espacio</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Borrar</translation>
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
        <source>Cursors</source>
        <translation>Cursores</translation>
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
        <source>Two cursors: values, difference, and statistics between them</source>
        <translation>Dos cursores: valores, diferencia y estadística entre ellos</translation>
    </message>
    <message>
        <source>Go to a time or to an alarm</source>
        <translation>Ir a una hora o a una alarma</translation>
    </message>
    <message>
        <source>Own groups, files, print</source>
        <translation>Grupos propios, archivos, imprimir</translation>
    </message>
    <message>
        <source>{tag} does not fit: {most} tags are shown. Take one away first.</source>
        <translation>{tag} no cabe: se muestran {most} señales. Quite una antes.</translation>
    </message>
    <message>
        <source>A text has no trend.</source>
        <translation>Un texto no tiene tendencia.</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>sin conexión</translation>
    </message>
    <message>
        <source>Keep as my group</source>
        <translation>Guardar como grupo mío</translation>
    </message>
    <message>
        <source>Save as CSV</source>
        <translation>Guardar como CSV</translation>
    </message>
    <message>
        <source>Save as Parquet</source>
        <translation>Guardar como Parquet</translation>
    </message>
    <message>
        <source>Save as picture</source>
        <translation>Guardar como imagen</translation>
    </message>
    <message>
        <source>Page to print (PDF)</source>
        <translation>Página para imprimir (PDF)</translation>
    </message>
    <message>
        <source>x-y plot</source>
        <translation>Gráfico x-y</translation>
    </message>
    <message>
        <source>A scale for each line</source>
        <translation>Una escala para cada línea</translation>
    </message>
    <message>
        <source>One scale a unit</source>
        <translation>Una escala por unidad</translation>
    </message>
    <message>
        <source>Remove this group of mine</source>
        <translation>Eliminar este grupo mío</translation>
    </message>
    <message>
        <source>Choose tags first.</source>
        <translation>Elija primero señales.</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>Escrito: {path}</translation>
    </message>
    <message>
        <source>Kept; it is among the groups now.</source>
        <translation>Guardado; ya está entre los grupos.</translation>
    </message>
    <message>
        <source>Removed.</source>
        <translation>Eliminado.</translation>
    </message>
    <message>
        <source>Working …</source>
        <translation>Trabajando …</translation>
    </message>
    <message>
        <source>Alarm marks only from {time} on: there are too many.</source>
        <translation>Marcas de alarma solo desde {time}: hay demasiadas.</translation>
    </message>
    <message>
        <source>No earlier alarm of these tags.</source>
        <translation>No hay alarma anterior de estas señales.</translation>
    </message>
    <message>
        <source>No later alarm of these tags.</source>
        <translation>No hay alarma posterior de estas señales.</translation>
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
    <message>
        <source>Log out</source>
        <translation>Cerrar sesión</translation>
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
<context>
    <name>Ways</name>
    <message>
        <source>Trend</source>
        <translation>Tend.</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Página</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Señal</translation>
    </message>
    <message>
        <source>What if</source>
        <translation>¿Y si…?</translation>
    </message>
    <message>
        <source>What if it were set otherwise?</source>
        <translation>¿Y si se ajustara de otro modo?</translation>
    </message>
    <message>
        <source>No page shows this tag.</source>
        <translation>Ninguna página muestra esta señal.</translation>
    </message>
    <message>
        <source>Trend then</source>
        <translation>Tend.</translation>
    </message>
</context>
<context>
    <name>WhatIf</name>
    <message>
        <source>{count} would have gone</source>
        <translation>{count} de menos</translation>
    </message>
    <message>
        <source>{count} would come {time} later</source>
        <translation>{count} con {time} de retraso</translation>
    </message>
    <message>
        <source>{count} would come {time} earlier</source>
        <translation>{count} con {time} de adelanto</translation>
    </message>
    <message>
        <source>{count} would be new</source>
        <translation>{count} de más</translation>
    </message>
    <message>
        <source>nothing would change</source>
        <translation>nada cambiaría</translation>
    </message>
    <message>
        <source>{count} raisings: {changes}.</source>
        <translation>Activaciones: {count} ({changes}).</translation>
    </message>
    <message>
        <source>Stood {total} in all → {new_total}, the longest {longest} → {new_longest}.</source>
        <translation>Duró {total} en total → {new_total}, la más larga {longest} → {new_longest}.</translation>
    </message>
    <message>
        <source>The journal has the same raisings.</source>
        <translation>El diario tiene las mismas activaciones.</translation>
    </message>
    <message>
        <source>The journal has {recorded} raisings, the replay agrees with {agreed} of them.</source>
        <translation>En el diario: {recorded} activaciones; el cálculo coincide en {agreed}.</translation>
    </message>
    <message>
        <source>Nothing is recorded of {tag} in this time.</source>
        <translation>No hay nada registrado de {tag} en este tiempo.</translation>
    </message>
    <message>
        <source>The record of {tag} begins on {day} at {time} UTC only.</source>
        <translation>El registro de {tag} empieza el {day} a las {time} UTC.</translation>
    </message>
    <message>
        <source>This is an emergency alarm: raisings of it would not be announced.</source>
        <translation>Es una alarma de emergencia: habría activaciones que no se anunciarían.</translation>
    </message>
    <message>
        <source>{count} of those that would have gone were answered by a person.</source>
        <translation>Entre las que desaparecerían, reconocidas por una persona: {count}.</translation>
    </message>
    <message>
        <source>The replay and the journal differ: the definition was another then, or the record has gaps.</source>
        <translation>El cálculo y el diario difieren: la definición era otra, o el registro tiene huecos.</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>sin cambio</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>desaparece</translation>
    </message>
    <message>
        <source>new</source>
        <translation>nueva</translation>
    </message>
    <message>
        <source>{time} later</source>
        <translation>{time} después</translation>
    </message>
    <message>
        <source>{time} earlier</source>
        <translation>{time} antes</translation>
    </message>
    <message>
        <source>limit</source>
        <translation>límite</translation>
    </message>
    <message>
        <source>hysteresis</source>
        <translation>histéresis</translation>
    </message>
    <message>
        <source>delay</source>
        <translation>retardo</translation>
    </message>
    <message>
        <source>the same numbers</source>
        <translation>los mismos números</translation>
    </message>
    <message>
        <source>project file</source>
        <translation>archivo del proyecto</translation>
    </message>
</context>
<context>
    <name>WhatIfChart</name>
    <message>
        <source>Now</source>
        <translation>Ahora</translation>
    </message>
    <message>
        <source>Would be</source>
        <translation>Sería</translation>
    </message>
    <message>
        <source>This alarm has no line to draw</source>
        <translation>Esta alarma no tiene línea que dibujar</translation>
    </message>
</context>
<context>
    <name>WhatIfPage</name>
    <message>
        <source>Raisings</source>
        <translation>Activaciones</translation>
    </message>
    <message>
        <source>Revisions</source>
        <translation>Revisiones</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Retirar</translation>
    </message>
    <message>
        <source>Choose an alarm, change its numbers, and see what would have been.</source>
        <translation>Elija una alarma, cambie sus números y vea qué habría pasado.</translation>
    </message>
    <message>
        <source>Replaying recorded history …</source>
        <translation>Recalculando el histórico …</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Sin respuesta</translation>
    </message>
    <message>
        <source>Change limit, hysteresis or delay and touch RUN.</source>
        <translation>Cambie límite, histéresis o retardo y toque CALCULAR.</translation>
    </message>
    <message>
        <source>Other numbers are chosen: touch RUN again.</source>
        <translation>Ha elegido otros números: toque CALCULAR otra vez.</translation>
    </message>
    <message>
        <source>Replaying …</source>
        <translation>Calculando …</translation>
    </message>
    <message>
        <source>No answer yet</source>
        <translation>Aún sin respuesta</translation>
    </message>
    <message>
        <source>It was not raised, and would not have been</source>
        <translation>No se activó, ni se habría activado</translation>
    </message>
    <message>
        <source>CANCEL</source>
        <translation>CANCELAR</translation>
    </message>
    <message>
        <source>RUN</source>
        <translation>CALCULAR</translation>
    </message>
    <message>
        <source>replaying …</source>
        <translation>calculando …</translation>
    </message>
    <message>
        <source>as {user}</source>
        <translation>como {user}</translation>
    </message>
    <message>
        <source>nothing is changed</source>
        <translation>nada ha cambiado</translation>
    </message>
    <message>
        <source>run it first</source>
        <translation>calcule primero</translation>
    </message>
    <message>
        <source>choose the person at this station first</source>
        <translation>elija primero quién está en este puesto</translation>
    </message>
    <message>
        <source>The numbers are those of the project file</source>
        <translation>Los números son los del archivo del proyecto</translation>
    </message>
    <message>
        <source>Take back no. {number}</source>
        <translation>Retirar la n.º {number}</translation>
    </message>
    <message>
        <source>Saved. The alarm goes on with the new numbers.</source>
        <translation>Guardado. La alarma sigue con los nuevos números.</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>No guardado</translation>
    </message>
</context>
<context>
    <name>WorstList</name>
    <message>
        <source>Most frequent</source>
        <translation>Más frecuentes</translation>
    </message>
    <message>
        <source>Chattering</source>
        <translation>Intermitentes</translation>
    </message>
    <message>
        <source>Stale</source>
        <translation>Permanentes</translation>
    </message>
    <message>
        <source>Alarm</source>
        <translation>Alarma</translation>
    </message>
    <message>
        <source>{count} times</source>
        <translation>{count} veces</translation>
    </message>
    <message>
        <source>{count} in 1 min</source>
        <translation>{count} en 1 min</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>terminada</translation>
    </message>
    <message>
        <source>stands</source>
        <translation>presente</translation>
    </message>
    <message>
        <source>No alarms</source>
        <translation>Sin alarmas</translation>
    </message>
    <message>
        <source>None came three times within a minute</source>
        <translation>Ninguna vino tres veces en un minuto</translation>
    </message>
    <message>
        <source>None stood for more than a day</source>
        <translation>Ninguna duró más de un día</translation>
    </message>
    <message>
        <source>What-if</source>
        <translation>¿Y si…?</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Límites</translation>
    </message>
</context>
<context>
    <name>XyDialog</name>
    <message>
        <source>x-y plot</source>
        <translation>Gráfico x-y</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Across</source>
        <translation>Eje x</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Eje y</translation>
    </message>
</context>
<context>
    <name>_Lines</name>
    <message>
        <source>The program started</source>
        <translation>El programa arrancó</translation>
    </message>
    <message>
        <source>The program stopped</source>
        <translation>El programa se paró</translation>
    </message>
    <message>
        <source>The clock was set: {by}</source>
        <translation>Se ajustó el reloj: {by}</translation>
    </message>
    <message>
        <source>until {time}</source>
        <translation>hasta {time}</translation>
    </message>
    <message>
        <source>acknowledged {time}, {user}</source>
        <translation>reconocida {time}, {user}</translation>
    </message>
</context>
<context>
    <name>_Plot</name>
    <message>
        <source>No moment at which both have a value.</source>
        <translation>Ningún momento en que ambas tengan valor.</translation>
    </message>
</context>
</TS>
